package io.github.amlmaven.core.pullrequest;

import java.net.URI;

/** What is told: a pull request of Azure DevOps, or a commit of GitHub, which shows on its pull request. */
public sealed interface PullRequestTarget {

    /** Where its API is. */
    URI api();

    /** As people call it. */
    String shown();

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
        public GitHub at(URI elsewhere) {
            return new GitHub(elsewhere, repository, sha);
        }
    }
}
