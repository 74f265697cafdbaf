package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import io.github.amlmaven.core.pullrequest.TargetDiscovery;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import javax.inject.Inject;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.execution.MavenSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the POM is what is told. */
@MojoTest
class PrStatusMojoTest {

    private static final String HEAD =
            "<project><build><plugins><plugin><artifactId>aml-maven-plugin</artifactId><configuration>";
    private static final String TAIL = "</configuration></plugin></plugins></build></project>";

    @Inject
    private MavenSession session;

    @TempDir
    private Path directory;

    @BeforeEach
    void session() {
        when(session.getUserProperties()).thenReturn(new Properties());
        when(session.getExecutionRootDirectory()).thenReturn(directory.toString());
    }

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
