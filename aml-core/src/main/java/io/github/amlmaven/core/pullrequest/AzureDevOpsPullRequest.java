package io.github.amlmaven.core.pullrequest;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Threads and statuses of one pull request.
 *
 * <p>Source: https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-threads and
 * .../pull-request-statuses (7.1).
 */
final class AzureDevOpsPullRequest {

    private static final String VERSION = "?api-version=7.1";
    private static final String GENRE = "azure-ml";
    private static final String NEEDED =
            "The token needs the scope Code (read & write), or Code (status) and pull request"
                    + " threads, and its user the permission 'Contribute to pull requests'; it may also have expired.";

    private final SourceControlClient client;
    private final PullRequestTarget.AzureDevOps target;

    AzureDevOpsPullRequest(HttpClient http, PullRequestTarget.AzureDevOps target, String token) {
        String basic = Base64.getEncoder().encodeToString((":" + token).getBytes(StandardCharsets.UTF_8));
        this.client =
                new SourceControlClient(http, target.api(), Map.of("Authorization", "Basic " + basic), token, NEEDED);
        this.target = target;
    }

    /** Writes the comment, over the one that an earlier report under the same context has left. */
    Written comment(JobReport report, String context) {
        String content = report.comment() + "\n" + marker(context) + "\n";
        for (JsonNode thread : threads()) {
            JsonNode first = thread.path("comments").path(0);
            if (first.path("content").asText().contains(marker(context))
                    && !thread.path("isDeleted").asBoolean()) {
                String id = thread.path("id").asText();
                ObjectNode comment = object().put("content", content);
                send(
                        HttpMethod.PATCH,
                        "/threads/" + id + "/comments/" + first.path("id").asText(),
                        comment,
                        "comment");
                send(
                        HttpMethod.PATCH,
                        "/threads/" + id,
                        object().put("status", report.state().thread()),
                        "comment");
                return new Written(id, true);
            }
        }
        ObjectNode thread = object().put("status", report.state().thread());
        thread.putArray("comments")
                .addObject()
                .put("parentCommentId", 0)
                .put("content", content)
                .put("commentType", "text");
        return new Written(
                send(HttpMethod.POST, "/threads", thread, "comment").path("id").asText(), false);
    }

    /** A status takes the place of an earlier one of the same genre and name by itself. */
    Written status(JobReport report, String context) {
        ObjectNode status = object().put("state", report.state().azureDevOps()).put("description", report.line(200));
        if (!report.page().isEmpty()) {
            status.put("targetUrl", report.page());
        }
        status.putObject("context").put("name", context).put("genre", GENRE);
        return new Written(
                send(HttpMethod.POST, "/statuses", status, "set the status")
                        .path("id")
                        .asText(),
                false);
    }

    private JsonNode threads() {
        return client.send(HttpMethod.GET, path("/threads"), Optional.empty(), "read the comments on " + target.shown())
                .path("value");
    }

    private JsonNode send(HttpMethod method, String below, ObjectNode body, String what) {
        return client.send(method, path(below), Optional.of(body), what + " on " + target.shown());
    }

    private String path(String below) {
        return target.path() + below + VERSION;
    }

    /** Not shown; by it the comment is found again. */
    private static String marker(String context) {
        return "<!-- aml-maven-plugin: " + context + " -->";
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** What was written. */
    record Written(String id, boolean again) {}
}
