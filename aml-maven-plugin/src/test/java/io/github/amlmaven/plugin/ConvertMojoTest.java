package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.conversion.ConversionRequest;
import io.github.amlmaven.core.spec.v1.ServiceNames;
import java.nio.file.Path;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** What stands in the POM is what the conversion is asked for. */
@MojoTest
class ConvertMojoTest extends GoalTest {

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
