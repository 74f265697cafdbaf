package io.github.amlmaven.emulator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class JobRestartTest {

    @Test
    void afterARestartRunningJobsHaveFailedAndWaitingOnesRun(@TempDir Path home) throws Exception {
        int slots = Runtime.getRuntime().availableProcessors();
        long pid;
        try (Emulator emulator = Emulator.start(EmulatorOptions.in(home))) {
            Workbench bench = new Workbench(emulator);
            bench.environment("plain", "");
            for (int i = 0; i < slots; i++) {
                bench.submit("running" + i, "echo $$; sleep 600", "");
            }
            Workbench.await(
                    "the first job to write", () -> bench.log("running0").endsWith("\n"));
            pid = Long.parseLong(bench.log("running0").strip());
            bench.submit("waiting", "echo done", "");
            assertThat(bench.status("waiting")).isEqualTo("Queued");
        }
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();

        try (Emulator emulator = Emulator.start(EmulatorOptions.in(home))) {
            Workbench bench = new Workbench(emulator);
            JsonNode running = bench.ended("running0");
            assertThat(running.path("status").asText()).isEqualTo("Failed");
            assertThat(running.path("error").path("code").asText()).isEqualTo("JobInterrupted");
            assertThat(bench.ended("waiting").path("status").asText()).isEqualTo("Completed");
            assertThat(bench.log("waiting")).isEqualTo("done\n");
        }
    }
}
