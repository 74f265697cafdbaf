package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import io.github.amlmaven.core.conversion.ConversionRequest;
import io.github.amlmaven.core.spec.v1.ServiceNames;
import java.nio.file.Path;
import java.util.Properties;
import javax.inject.Inject;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.apache.maven.execution.MavenSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the POM is what the conversion is asked for. */
@MojoTest
class ConvertMojoTest {

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
    @InjectMojo(goal = "convert", pom = HEAD + """
            <files><file>v1/pipeline.yml</file></files><directory>v1</directory><targetDirectory>v2</targetDirectory>
            <serviceName>wine</serviceName><model>azureml:wine:3</model><compute>k8s</compute>
            <overwrite>true</overwrite><dryRun>true</dryRun>
            """ + TAIL)
    void allParametersReachTheConversion(ConvertMojo goal) {
        ConversionRequest request = goal.request();

        assertThat(request.files())
                .singleElement()
                .satisfies(file -> assertThat(file).isAbsolute().endsWithRaw(Path.of("v1", "pipeline.yml")));
        assertThat(request.folder()).endsWithRaw(Path.of("v1"));
        assertThat(request.targetDirectory()).endsWithRaw(Path.of("v2"));
        assertThat(request.names()).isEqualTo(new ServiceNames("wine", "azureml:wine:3", "k8s"));
        assertThat(request.overwrite()).isTrue();
        assertThat(request.dryRun()).isTrue();
    }

    @Test
    @InjectMojo(goal = "convert", pom = HEAD + "<serviceName>wine</serviceName>" + TAIL)
    void aModelHasTheNameOfItsService(ConvertMojo goal) {
        ConversionRequest request = goal.request();

        assertThat(request.files()).isEmpty();
        assertThat(request.names().model()).isEqualTo("azureml:wine@latest");
        assertThat(request.overwrite()).isFalse();
    }
}
