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

/** What the server in the image tells about itself, with Prometheus' and OpenTelemetry's own packages. */
class ScoringTelemetryTest {

    private static final String TESTS = "test_scoring_telemetry.py";

    @Test
    void metricsSpansAndCollectedDataAreAsTheirReceiversReadThem(@TempDir Path folder) throws Exception {
        Resource.SCORING_TELEMETRY.writeTo(folder);
        try (InputStream tests = ScoringTelemetryTest.class.getResourceAsStream(TESTS)) {
            assertThat(tests).isNotNull();
            Files.copy(tests, folder.resolve(TESTS));
        }
        VirtualEnvironment python = VirtualEnvironment.with(
                PythonInterpreter.find(Optional.empty()),
                folder.resolve("environments"),
                // The exporter of the OpenTelemetry that azureml-inference-server-http 1.5.1 brings along.
                List.of(ScoringImageBuild.METRICS, "opentelemetry-exporter-otlp-proto-http==1.33.0"),
                false,
                Progress.NONE);

        ProcessOutput output = python.run(List.of("-m", "unittest", "-v", TESTS))
                .directory(folder)
                .run();

        assertThat(output.exitCode()).as(String.join("\n", output.lines())).isZero();
        assertThat(output.lines()).anyMatch(line -> line.matches("Ran 10 tests in .*"));
    }
}
