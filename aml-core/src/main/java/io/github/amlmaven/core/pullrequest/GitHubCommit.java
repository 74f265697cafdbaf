package io.github.amlmaven.core.pullrequest;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpMethod;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;

/**
 * The status of one commit.
 *
 * <p>Source: https://docs.github.com/rest/commits/statuses (2022-11-28)
 */
final class GitHubCommit {

    /** What GitHub takes for a description. */
    private static final int LONGEST = 140;

    private static final String NEEDED =
            "The token needs 'Commit statuses: write' (in a workflow: permissions: statuses:"
                    + " write; a classic one: repo:status), and its owner write access to the repository.";

    private final SourceControlClient client;
    private final PullRequestTarget.GitHub target;

    GitHubCommit(HttpClient http, PullRequestTarget.GitHub target, String token) {
        this.client = new SourceControlClient(
                http,
                target.api(),
                Map.of(
                        "Authorization",
                        "Bearer " + token,
                        "Accept",
                        "application/vnd.github+json",
                        "X-GitHub-Api-Version",
                        "2022-11-28"),
                token,
                NEEDED);
        this.target = target;
    }

    /** A status takes the place of an earlier one of the same context by itself. */
    String status(JobReport report, String context) {
        ObjectNode status = JsonNodeFactory.instance
                .objectNode()
                .put("state", report.state().gitHub())
                .put("description", report.line(LONGEST))
                .put("context", context);
        if (!report.page().isEmpty()) {
            status.put("target_url", report.page());
        }
        return client.send(
                        HttpMethod.POST,
                        "repos/" + target.repository() + "/statuses/" + target.sha(),
                        Optional.of(status),
                        "set the status of " + target.shown())
                .path("id")
                .asText();
    }
}
