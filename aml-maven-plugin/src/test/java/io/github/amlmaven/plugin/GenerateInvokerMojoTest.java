package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.pipeline.InvokerGeneration;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** What stands in the POM is what is written. */
@MojoTest
class GenerateInvokerMojoTest extends GoalTest {

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
