package io.github.amlmaven.plugin.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastRunTest {

    @TempDir
    private Path folder;

    private void left(String goal, Map<String, Object> outputs) {
        new GoalRecord(folder, goal, false, Clock.systemUTC()).succeeded(GoalOutcome.done("", outputs));
    }

    @Test
    void whatIsKnownOfAModelsJobOutlivesLaterRuns() {
        left(
                "run",
                Map.of(
                        "jobName",
                        "a",
                        "jobFile",
                        "train.yml",
                        "inputs",
                        Map.of("rate", "0.5"),
                        "jobStatus",
                        "Completed"));
        Map<String, Object> facts = LastRun.describe(folder, "a").orElseThrow();
        assertThat(facts)
                .containsEntry("jobFile", "train.yml")
                .containsEntry("inputs", Map.of("rate", "0.5"))
                .containsEntry("jobStatus", "Completed");

        left("register", Map.of("name", "wine", "jobName", "a", "job", facts));
        left("run", Map.of("jobName", "b", "jobFile", "other.yml"));

        assertThat(LastRun.describe(folder, "a")).contains(facts);
        assertThat(LastRun.describe(folder, "c")).isEmpty();
    }
}
