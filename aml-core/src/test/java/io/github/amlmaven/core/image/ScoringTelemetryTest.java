package io.github.amlmaven.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.python.ProcessOutput;
import io.github.amlmaven.core.python.PythonInterpreter;
import io.github.amlmaven.core.python.VirtualEnvironment;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the server in the image tells about itself, with Prometheus', OpenTelemetry's, Azure Monitor's and AML's own
 * packages.
 */
class ScoringTelemetryTest {

    private static final List<String> TESTS =
            List.of("test_scoring_telemetry.py", "test_scoring_collector.py", "scoring_calls.py");

    @Test
    void metricsSpansAndCollectedDataAreAsTheirReceiversReadThem(@TempDir Path folder) throws Exception {
        ScoringPrograms.IN_IMAGE.forEach(program -> program.writeTo(folder));
        for (String file : TESTS) {
            try (InputStream tests = ScoringTelemetryTest.class.getResourceAsStream(file)) {
                assertThat(tests).isNotNull();
                Files.copy(tests, folder.resolve(file));
            }
        }
        VirtualEnvironment python = VirtualEnvironment.with(
                PythonInterpreter.find(Optional.empty()),
                folder.resolve("environments"),
                // The exporter of the OpenTelemetry that azureml-inference-server-http 1.5.1 brings along.
                List.of(
                        ScoringImageBuild.METRICS,
                        "opentelemetry-exporter-otlp-proto-http==1.33.0",
                        "azure-monitor-opentelemetry-exporter==1.0.0b40",
                        "azureml-ai-monitoring==1.0.0",
                        "pandas==2.3.3"),
                false,
                Progress.NONE);

        ProcessOutput output = python.run(List.of("-m", "unittest", "-v", TESTS.get(0), TESTS.get(1)))
                .directory(folder)
                .run();

        assertThat(output.exitCode()).as(String.join("\n", output.lines())).isZero();
        assertThat(output.lines()).anyMatch(line -> line.matches("Ran 24 tests in .*"));
    }
}
