package io.github.amlmaven.core.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.pullrequest.PullRequestTarget.AzureDevOps;
import io.github.amlmaven.core.pullrequest.PullRequestTarget.GitHub;
import io.github.amlmaven.core.pullrequest.TargetDiscovery.Given;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetDiscoveryTest {

    private static final String HEAD = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
    private static final String MERGE = "0000000000000000000000000000000000000001";

    @TempDir
    private Path directory;

    @Test
    void azurePipelinesNamesItsPullRequest() {
        TargetDiscovery discovery = new TargetDiscovery(Map.of(
                "TF_BUILD",
                "True",
                "SYSTEM_COLLECTIONURI",
                "https://dev.azure.com/contoso/",
                "SYSTEM_TEAMPROJECT",
                "Wine",
                "BUILD_REPOSITORY_ID",
                "r1",
                "SYSTEM_PULLREQUEST_PULLREQUESTID",
                "17"));

        assertThat(discovery.target(Given.NOTHING))
                .contains(new AzureDevOps(URI.create("https://dev.azure.com/contoso/"), "Wine", "r1", 17));
    }

    @Test
    void aBuildOfABranchHasNobodyToTell() {
        assertThat(new TargetDiscovery(Map.of("TF_BUILD", "True")).target(Given.NOTHING))
                .isEmpty();
        assertThat(new TargetDiscovery(Map.of()).target(Given.NOTHING)).isEmpty();
    }

    /** GITHUB_SHA of a pull request's build is a merge that the pull request does not show. */
    @Test
    void gitHubActionsNamesTheHeadInItsEvent() throws Exception {
        Path event = Files.writeString(
                directory.resolve("event.json"), "{\"pull_request\":{\"head\":{\"sha\":\"" + HEAD + "\"}}}");
        Map<String, String> variables = Map.of(
                "GITHUB_REPOSITORY",
                "contoso/wine",
                "GITHUB_SHA",
                MERGE,
                "GITHUB_EVENT_PATH",
                event.toString(),
                "GITHUB_TOKEN",
                "t");

        TargetDiscovery discovery = new TargetDiscovery(variables);
        GitHub target = new GitHub(URI.create("https://api.github.com/"), "contoso/wine", HEAD);

        assertThat(discovery.target(Given.NOTHING)).contains(target);
        assertThat(discovery.token(target)).contains("t");
    }

    @Test
    void azurePipelinesBuildsPullRequestsOfGitHubToo() {
        TargetDiscovery discovery = new TargetDiscovery(Map.of(
                "TF_BUILD",
                "True",
                "BUILD_REPOSITORY_PROVIDER",
                "GitHub",
                "BUILD_REPOSITORY_NAME",
                "contoso/wine",
                "SYSTEM_PULLREQUEST_SOURCECOMMITID",
                HEAD,
                "BUILD_SOURCEVERSION",
                MERGE));

        assertThat(discovery.target(Given.NOTHING))
                .contains(new GitHub(URI.create("https://api.github.com/"), "contoso/wine", HEAD));
    }

    @Test
    void allThatIsMissingIsNamedAtOnce() {
        Given given = new Given(
                Optional.of("azure-devops"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("7"),
                Optional.empty());

        assertThatThrownBy(() -> new TargetDiscovery(Map.of()).target(given))
                .isInstanceOfSatisfying(
                        AmlException.class,
                        error -> assertThat(error.getMessage())
                                .contains(
                                        "<url> (-Daml.pr.url, or SYSTEM_COLLECTIONURI)",
                                        "SYSTEM_TEAMPROJECT",
                                        "BUILD_REPOSITORY_ID")
                                .doesNotContain("PULLREQUESTID"));
    }

    @Test
    void anAbbreviatedCommitIsRefusedBeforeAnythingIsSent() {
        Given given = new Given(
                Optional.of("github"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("contoso/wine"),
                Optional.empty(),
                Optional.of("6dcb09b"));

        assertThatThrownBy(() -> new TargetDiscovery(Map.of()).target(given))
                .isInstanceOfSatisfying(AmlException.class, error -> {
                    assertThat(error.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
                    assertThat(error.getMessage()).isEqualTo("'6dcb09b' is not the 40 digits of a commit");
                });
    }
}
