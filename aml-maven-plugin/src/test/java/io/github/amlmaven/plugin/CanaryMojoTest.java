package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.when;

import io.github.amlmaven.core.canary.CanaryRequest;
import io.github.amlmaven.core.canary.CanaryStep;
import io.github.amlmaven.core.error.AmlException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import javax.inject.Inject;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.execution.MavenSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@MojoTest
class CanaryMojoTest {

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
    @InjectMojo(goal = "canary", pom = HEAD + """
            <canaryFile>src/test/resources/canary.yml</canaryFile><endpoint>wine</endpoint><candidate>red</candidate><interrupted>resume</interrupted><takeOver>true</takeOver>
            <timeout>3m</timeout>
            """ + TAIL)
    void whatStandsInThePomIsAskedFor(CanaryMojo goal) {
        CanaryRequest request = goal.request();

        assertThat(goal.endpoint()).isEqualTo("wine");
        assertThat(goal.limit()).isEqualTo(Duration.ofMinutes(3));
        assertThat(request.candidate()).contains("red");
        assertThat(request.plan().candidate()).contains("green");
        assertThat(request.plan().steps()).containsExactly(new CanaryStep(100, false, Duration.ofMinutes(1)));
        assertThat(request.interrupted()).isEqualTo(CanaryRequest.Interrupted.RESUME);
        assertThat(request.takeOver()).isTrue();
    }

    @Test
    @InjectMojo(
            goal = "canary",
            pom = HEAD + "<canaryFile>src/test/resources/canary.yml</canaryFile><interrupted>forget</interrupted>"
                    + TAIL)
    void anUnknownWordIsRefused(CanaryMojo goal) {
        assertThatThrownBy(goal::request).hasMessageContaining("restart, resume or restore");
    }

    @Test
    @InjectMojo(goal = "rollback", pom = HEAD + "<endpointFile>src/test/resources/endpoint.yml</endpointFile>" + TAIL)
    void anotherCheckoutTakesTheNameFromTheEndpointsFile(RollbackMojo goal) {
        assertThat(goal.endpoint()).isEqualTo("wine-in-its-file");
    }

    @Test
    @InjectMojo(goal = "rollback", pom = HEAD + TAIL)
    void withoutAnyNameTheErrorSaysHowToGiveOne(RollbackMojo goal) {
        assertThatThrownBy(goal::endpoint)
                .hasMessageContaining("aml:rollback needs the endpoint's name")
                .isInstanceOfSatisfying(
                        AmlException.class,
                        e -> assertThat(e.remedy()).contains("-Daml.endpoint.file", "-Daml.traffic.target=aks"));
    }
}
