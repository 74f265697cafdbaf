package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.pullrequest.TargetDiscovery;
import java.util.Optional;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** What stands in the POM is what is told. */
@MojoTest
class PrStatusMojoTest extends GoalTest {

    @Test
    @InjectMojo(
            goal = "pr-status",
            pom = HEAD
                    + "<provider>azure-devops</provider><url>https://dev.azure.com/contoso/</url>"
                    + "<pullRequestProject>p</pullRequestProject><repository>r</repository><pullRequest>7</pullRequest>"
                    + TAIL)
    void everythingThatNamesThePullRequest(PrStatusMojo goal) {
        assertThat(goal.given())
                .isEqualTo(new TargetDiscovery.Given(
                        Optional.of("azure-devops"),
                        Optional.of("https://dev.azure.com/contoso/"),
                        Optional.of("p"),
                        Optional.of("r"),
                        Optional.of("7"),
                        Optional.empty()));
    }
}
