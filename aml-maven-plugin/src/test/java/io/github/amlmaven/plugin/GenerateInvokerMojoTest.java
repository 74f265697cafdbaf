package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import io.github.amlmaven.core.pipeline.InvokerGeneration;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import javax.inject.Inject;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.execution.MavenSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the POM is what is written. */
@MojoTest
class GenerateInvokerMojoTest {

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
            goal = "generate-invoker",
            pom = HEAD
                    + "<endpoint>wine</endpoint><languages><language>python</language><language>curl</language></languages>"
                    + "<invokerDirectory>callers</invokerDirectory>" + TAIL)
    void endpointLanguagesAndPlace(GenerateInvokerMojo goal) {
        InvokerGeneration.Request request = goal.request();
        assertThat(request.endpoint()).isEqualTo("wine");
        assertThat(request.languages()).isEqualTo(List.of("python", "curl"));
        assertThat(request.directory()).endsWithRaw(Path.of("callers"));
    }
}
