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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Statuses of commits as GitHub keeps them, at the address of github.com's API and at that of an Enterprise server.
 *
 * <p>Source: https://docs.github.com/rest/commits/statuses (2022-11-28). What a token without the permission is told
 * depends on its kind: an app's and a workflow's (403), a fine-grained personal one (403, other words), a classic one (404,
 * as if the repository were not there).
 */
public final class GitHubProvider implements Provider {

    private static final String DOCUMENTATION = "https://docs.github.com/rest/commits/statuses#create-a-commit-status";
    private static final String STATUSES = "github-statuses";
    private static final String IDS = "github-ids";
    private static final Set<String> ALLOWED = Set.of("repo", "repo:status", "statuses:write");
    private static final List<String> STATES = List.of("error", "failure", "pending", "success");
    private static final int LONGEST = 140;

    private final EmulatorContext context;
    private final Accounts accounts;

    public GitHubProvider(EmulatorContext context) {
        this.context = context;
        this.accounts = new Accounts(context.options().home(), "github");
    }

    @Override
    public void declare(Routes routes) {
        for (String base : List.of("", "/api/v3")) {
            routes.add("POST", base + "/repos/{owner}/{name}/statuses/{sha}", this::create);
            routes.add("GET", base + "/repos/{owner}/{name}/commits/{sha}/statuses", this::list);
        }
    }

    private void create(Exchange exchange) throws IOException {
        String key = commit(exchange, true);
        JsonNode body = exchange.json();
        String state = body.path("state").asText();
        if (!STATES.contains(state)) {
            throw invalid("custom", "state", "state is not included in the list");
        }
        if (body.path("description").asText().length() > LONGEST) {
            throw invalid("custom", "description", "description is too long (maximum is 140 characters)");
        }
        String context = body.path("context").asText("default");
        ObjectNode counted = this.context
                .store()
                .update(
                        IDS,
                        "status",
                        document -> document.put("last", document.path("last").asLong() + 1));
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("id", counted.path("last").asLong());
        status.put("state", state).put("context", context);
        status.set("description", body.path("description").isTextual() ? body.get("description") : null);
        status.set("target_url", body.path("target_url").isTextual() ? body.get("target_url") : null);
        status.put("created_at", this.context.clock().instant().toString());
        this.context
                .store()
                .put(STATUSES, key + "%012d".formatted(counted.path("last").asLong()), status);
        exchange.send(201, status);
    }

    private void list(Exchange exchange) throws IOException {
        List<ObjectNode> found = new ArrayList<>();
        context.store().list(STATUSES, commit(exchange, false)).forEach(entry -> found.add(entry.document()));
        Collections.reverse(found);
        ArrayNode statuses = JsonNodeFactory.instance.arrayNode();
        statuses.addAll(found);
        exchange.send(200, statuses);
    }

    /** Checks token and existence; answers what documents of the commit begin with. */
    private String commit(Exchange exchange, boolean write) {
        Optional<String> token =
                exchange.header("Authorization").map(header -> header.replaceFirst("(?i)^(bearer|token) ", ""));
        if (token.isEmpty()) {
            throw refused(401, "Requires authentication");
        }
        Optional<Set<String>> scopes = accounts.scopes(token.get());
        if (scopes.isEmpty()) {
            throw refused(401, "Bad credentials");
        }
        if (write && scopes.get().stream().noneMatch(ALLOWED::contains)) {
            throw denied(token.get());
        }
        String repository = exchange.variable("owner") + "/" + exchange.variable("name");
        String sha = exchange.variable("sha");
        if (!accounts.hasRepository("commits", repository)) {
            throw refused(404, "Not Found");
        }
        if (!sha.matches("[0-9a-fA-F]{40}") || !accounts.exists("commits", repository, sha)) {
            throw refused(422, "No commit found for SHA: " + sha);
        }
        return repository + "/" + sha + "/";
    }

    private static HttpError denied(String token) {
        if (token.startsWith("ghs_") || token.startsWith("ghu_")) {
            return refused(403, "Resource not accessible by integration");
        }
        return token.startsWith("github_pat_")
                ? refused(403, "Resource not accessible by personal access token")
                : refused(404, "Not Found");
    }

    private static HttpError refused(int status, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        return HttpError.json(
                status,
                body.put("message", message)
                        .put("documentation_url", DOCUMENTATION)
                        .put("status", Integer.toString(status)));
    }

    private static HttpError invalid(String code, String field, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("message", "Validation Failed")
                .put("documentation_url", DOCUMENTATION)
                .put("status", "422");
        body.putArray("errors")
                .addObject()
                .put("resource", "Status")
                .put("code", code)
                .put("field", field)
                .put("message", message);
        return HttpError.json(422, body);
    }
}
