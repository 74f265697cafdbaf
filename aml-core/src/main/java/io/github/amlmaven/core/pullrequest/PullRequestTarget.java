package io.github.amlmaven.core.pullrequest;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** What is told: a pull request of Azure DevOps, or a commit of GitHub, which shows on its pull request. */
public sealed interface PullRequestTarget {

    /** Where its API is. */
    URI api();

    /** As people call it. */
    String shown();

    /** Below which, or where, it is told: what the callback of a published pipeline takes. */
    URI callback();

    /** The same elsewhere: in a copy of the service on this machine. */
    PullRequestTarget at(URI api);

    /**
     * A pull request of Azure DevOps.
     *
     * @param api the collection: {@code https://dev.azure.com/contoso/}
     * @param project name or id
     * @param repository name or id
     */
    record AzureDevOps(URI api, String project, String repository, int pullRequest) implements PullRequestTarget {
        @Override
        public String shown() {
            return "pull request " + pullRequest + " of " + repository;
        }

        @Override
        public URI callback() {
            return api.resolve(path());
        }

        /** Below the collection. */
        String path() {
            return segment(project) + "/_apis/git/repositories/" + segment(repository) + "/pullRequests/" + pullRequest;
        }

        private static String segment(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        }

        @Override
        public AzureDevOps at(URI elsewhere) {
            return new AzureDevOps(elsewhere, project, repository, pullRequest);
        }
    }

    /**
     * A commit of GitHub.
     *
     * @param api {@code https://api.github.com}, or that of a GitHub Enterprise server
     * @param repository {@code owner/name}
     * @param sha all 40 digits
     */
    record GitHub(URI api, String repository, String sha) implements PullRequestTarget {
        @Override
        public String shown() {
            return "commit " + sha.substring(0, Math.min(7, sha.length())) + " of " + repository;
        }

        @Override
        public URI callback() {
            return api.resolve("repos/" + repository + "/statuses/" + sha);
        }

        @Override
        public GitHub at(URI elsewhere) {
            return new GitHub(elsewhere, repository, sha);
        }
    }
}
