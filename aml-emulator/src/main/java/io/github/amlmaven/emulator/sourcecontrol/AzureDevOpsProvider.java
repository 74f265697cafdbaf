package io.github.amlmaven.emulator.sourcecontrol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Threads and statuses of pull requests as Azure DevOps keeps them.
 *
 * <p>Source: https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-threads and
 * .../pull-request-statuses (7.1); scopes: https://learn.microsoft.com/azure/devops/integrate/get-started/authentication/oauth.
 * A token that is valid but lacks the scope is answered with 401 and TF400813, no token at all with a page to sign in on.
 */
public final class AzureDevOpsProvider implements Provider {

    private static final String PULL_REQUEST =
            "/{organization}/{project}/_apis/git/repositories/{repository}/pullRequests/{number}";
    private static final String THREADS = "azure-devops-threads";
    private static final String STATUSES = "azure-devops-statuses";
    private static final String IDS = "azure-devops-ids";

    /** Reading threads, writing threads, writing statuses: the scopes that allow it, each with those that contain it. */
    private static final Set<String> READ = Set.of(
            "vso.code", "vso.code_write", "vso.code_manage", "vso.code_full", "vso.threads_full", "vso.code_status");

    private static final Set<String> WRITE_THREADS =
            Set.of("vso.code_write", "vso.code_manage", "vso.code_full", "vso.threads_full");
    private static final Set<String> WRITE_STATUSES =
            Set.of("vso.code_write", "vso.code_manage", "vso.code_full", "vso.code_status");

    private static final List<String> STATES =
            List.of("notSet", "pending", "succeeded", "failed", "error", "notApplicable", "partiallySucceeded");
    private static final List<String> THREAD_STATES =
            List.of("unknown", "active", "fixed", "wontFix", "closed", "byDesign", "pending");

    private final EmulatorContext context;
    private final Accounts accounts;

    public AzureDevOpsProvider(EmulatorContext context) {
        this.context = context;
        this.accounts = new Accounts(context.options().home(), "azureDevOps");
    }

    @Override
    public void declare(Routes routes) {
        routes.add("GET", PULL_REQUEST + "/threads", exchange -> list(exchange, THREADS));
        routes.add("POST", PULL_REQUEST + "/threads", this::createThread);
        routes.add("PATCH", PULL_REQUEST + "/threads/{thread}", this::updateThread);
        routes.add("PATCH", PULL_REQUEST + "/threads/{thread}/comments/{comment}", this::updateComment);
        routes.add("GET", PULL_REQUEST + "/statuses", exchange -> list(exchange, STATUSES));
        routes.add("POST", PULL_REQUEST + "/statuses", this::createStatus);
    }

    private void list(Exchange exchange, String collection) throws IOException {
        String key = pullRequest(exchange, READ);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode values = answer.putArray("value");
        context.store().list(collection, key).forEach(entry -> values.add(entry.document()));
        exchange.send(200, answer.put("count", values.size()));
    }

    private void createThread(Exchange exchange) throws IOException {
        String key = pullRequest(exchange, WRITE_THREADS);
        JsonNode body = exchange.json();
        JsonNode comments = body.path("comments");
        if (comments.isEmpty() || comments.path(0).path("content").asText().isBlank()) {
            throw refused(400, "ArgumentNullException", "Value cannot be null. Parameter name: comments");
        }
        String id = next(key + "thread");
        ObjectNode thread = JsonNodeFactory.instance.objectNode();
        thread.put("id", Integer.parseInt(id));
        thread.put("publishedDate", context.clock().instant().toString());
        thread.put("status", state(body.path("status").asText("active"), THREAD_STATES));
        thread.put("isDeleted", false);
        ArrayNode kept = thread.putArray("comments");
        for (JsonNode comment : comments) {
            kept.addObject()
                    .put("id", kept.size())
                    .put("parentCommentId", comment.path("parentCommentId").asInt())
                    .put("content", comment.path("content").asText())
                    .put("commentType", comment.path("commentType").asText("text"))
                    .put("publishedDate", context.clock().instant().toString());
        }
        context.store().put(THREADS, key + id, thread);
        exchange.send(200, thread);
    }

    private void updateThread(Exchange exchange) throws IOException {
        String key = pullRequest(exchange, WRITE_THREADS) + exchange.variable("thread");
        JsonNode body = exchange.json();
        ObjectNode thread = thread(key);
        if (body.has("status")) {
            thread.put("status", state(body.path("status").asText(), THREAD_STATES));
        }
        context.store().put(THREADS, key, thread);
        exchange.send(200, thread);
    }

    private void updateComment(Exchange exchange) throws IOException {
        String key = pullRequest(exchange, WRITE_THREADS) + exchange.variable("thread");
        String content = exchange.json().path("content").asText();
        ObjectNode thread = thread(key);
        for (JsonNode comment : thread.path("comments")) {
            if (comment.path("id").asText().equals(exchange.variable("comment"))) {
                ((ObjectNode) comment)
                        .put("content", content)
                        .put("lastContentUpdatedDate", context.clock().instant().toString());
                context.store().put(THREADS, key, thread);
                exchange.send(200, comment);
                return;
            }
        }
        throw refused(
                404, "CommentNotFoundException", "The comment " + exchange.variable("comment") + " was not found.");
    }

    private void createStatus(Exchange exchange) throws IOException {
        String key = pullRequest(exchange, WRITE_STATUSES);
        JsonNode body = exchange.json();
        if (body.path("context").path("name").asText().isBlank()) {
            throw refused(400, "ArgumentNullException", "Value cannot be null. Parameter name: status.Context.Name");
        }
        String id = next(key + "status");
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("id", Integer.parseInt(id));
        status.put("state", state(body.path("state").asText("notSet"), STATES));
        status.put("description", body.path("description").asText());
        status.set("context", body.path("context"));
        status.put("creationDate", context.clock().instant().toString());
        status.put("targetUrl", body.path("targetUrl").asText());
        context.store().put(STATUSES, key + id, status);
        exchange.send(200, status);
    }

    /** Checks token, version and existence, in this order; answers what documents of the pull request begin with. */
    private String pullRequest(Exchange exchange, Set<String> allowed) {
        Optional<String> token = exchange.header("Authorization").flatMap(AzureDevOpsProvider::token);
        if (token.isEmpty()) {
            throw signIn(exchange);
        }
        Optional<Set<String>> scopes = accounts.scopes(token.get());
        if (scopes.isEmpty()) {
            throw new HttpError(401, "text/html; charset=utf-8", "<html><body>Access Denied</body></html>")
                    .header("WWW-Authenticate", "Basic realm=\"http://tfsproduks1.visualstudio.com/\"");
        }
        if (scopes.get().stream().noneMatch(allowed::contains)) {
            throw refused(
                    401,
                    "UnauthorizedRequestException",
                    "TF400813: The user 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' is not authorized to access this resource.");
        }
        if (exchange.query("api-version").isEmpty() && !exchange.method().equals("GET")) {
            throw refused(
                    400,
                    "VssVersionNotSpecifiedException",
                    "No api-version was supplied for the \"" + exchange.method()
                            + "\" request. The version must be supplied either as part of the Accept header (e.g. "
                            + "\"application/json; api-version=1.0\") or as a query parameter (e.g. \"?api-version=1.0\").");
        }
        String repository = exchange.variable("repository");
        String number = exchange.variable("number");
        if (!accounts.hasRepository("pullRequests", repository)) {
            throw refused(
                    404,
                    "GitRepositoryNotFoundException",
                    "TF401019: The Git repository with name or identifier " + repository
                            + " does not exist or you do not have permissions for the operation you are attempting.");
        }
        if (!accounts.exists("pullRequests", repository, number)) {
            throw refused(
                    404, "GitPullRequestNotFoundException", "TF401180: The requested pull request was not found.");
        }
        return String.join("/", exchange.variable("organization"), exchange.variable("project"), repository, number)
                + "/";
    }

    private static Optional<String> token(String header) {
        if (header.startsWith("Bearer ")) {
            return Optional.of(header.substring(7));
        }
        if (!header.startsWith("Basic ")) {
            return Optional.empty();
        }
        try {
            String pair = new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
            return Optional.of(pair.substring(pair.indexOf(':') + 1));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** Who does not say that it is no browser is sent to a page. */
    private static HttpError signIn(Exchange exchange) {
        boolean program = exchange.header("X-TFS-FedAuthRedirect")
                .filter("Suppress"::equals)
                .isPresent();
        return new HttpError(
                program ? 401 : 203,
                "text/html; charset=utf-8",
                "<html><head><title>Azure DevOps Services | Sign In</title></head></html>");
    }

    private ObjectNode thread(String key) {
        return context.store()
                .get(THREADS, key)
                .orElseThrow(() -> refused(404, "CommentThreadNotFoundException", "The comment thread was not found."));
    }

    /** The service takes names and, for threads, numbers. */
    private static String state(String given, List<String> known) {
        if (given.matches("\\d") && Integer.parseInt(given) < known.size()) {
            return known.get(Integer.parseInt(given));
        }
        return known.stream()
                .filter(one -> one.equalsIgnoreCase(given))
                .findFirst()
                .orElseThrow(() -> refused(
                        400, "InvalidArgumentValueException", "Value '" + given + "' is none of " + known + "."));
    }

    private String next(String counter) {
        ObjectNode counted = context.store()
                .update(
                        IDS,
                        counter,
                        document -> document.put("last", document.path("last").asInt() + 1));
        return counted.path("last").asText();
    }

    private static HttpError refused(int status, String type, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("$id", "1").putNull("innerException").put("message", message);
        body.put("typeName", "Microsoft.TeamFoundation.Framework.Server." + type)
                .put("typeKey", type);
        return HttpError.json(status, body.put("errorCode", 0).put("eventId", 3000));
    }
}
