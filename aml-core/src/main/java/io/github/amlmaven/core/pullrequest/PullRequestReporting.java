package io.github.amlmaven.core.pullrequest;

import com.azure.core.http.HttpClient;
import java.util.Optional;

/** Tells a pull request how a job has ended. Telling it again changes what was told, and adds nothing. */
public final class PullRequestReporting {

    private final HttpClient http;

    /** @param http reaches the service of the pull request */
    public PullRequestReporting(HttpClient http) {
        this.http = http;
    }

    /**
     * What to tell.
     *
     * @param token for the target's service; never printed
     * @param context what tells this report from others on the same pull request
     * @param comment whether to write a comment with the metrics (Azure DevOps)
     * @param status whether to set a status
     */
    public record Request(
            PullRequestTarget target, JobReport report, String token, String context, boolean comment, boolean status) {
        @Override
        public String toString() {
            return "Request[" + target + ", " + report + ", " + context + "]";
        }
    }

    /**
     * What was told.
     *
     * @param threadId the comment's thread
     * @param rewritten whether an earlier comment was changed
     */
    public record Result(Optional<String> threadId, boolean rewritten, Optional<String> statusId) {}

    /** Tells it. */
    public Result report(Request request) {
        if (request.target() instanceof PullRequestTarget.GitHub commit) {
            Optional<String> status = request.status()
                    ? Optional.of(
                            new GitHubCommit(http, commit, request.token()).status(request.report(), request.context()))
                    : Optional.empty();
            return new Result(Optional.empty(), false, status);
        }
        AzureDevOpsPullRequest pullRequest =
                new AzureDevOpsPullRequest(http, (PullRequestTarget.AzureDevOps) request.target(), request.token());
        Optional<AzureDevOpsPullRequest.Written> comment = request.comment()
                ? Optional.of(pullRequest.comment(request.report(), request.context()))
                : Optional.empty();
        Optional<String> status = request.status()
                ? Optional.of(
                        pullRequest.status(request.report(), request.context()).id())
                : Optional.empty();
        return new Result(
                comment.map(AzureDevOpsPullRequest.Written::id),
                comment.map(AzureDevOpsPullRequest.Written::again).orElse(false),
                status);
    }
}
