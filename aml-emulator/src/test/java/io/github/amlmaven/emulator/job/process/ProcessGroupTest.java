package io.github.amlmaven.emulator.job.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProcessGroupTest {

    @TempDir
    Path folder;

    @Test
    void exitCodeAndOutputAreTheCommands() throws Exception {
        ProcessGroup group = start("echo out; echo err >&2; exit 7");

        assertThat(gang(group).await(Optional.empty(), new Stop())).isEqualTo(new ProcessGang.Outcome.Exited(0, 7));
        assertThat(log()).isEqualTo("out\nerr\n");
    }

    @Test
    void theLimitEndsTheCommandAndItsChildren() throws Exception {
        ProcessGroup group = start("sleep 600 & echo $!; sleep 600");

        assertThat(gang(group).await(Optional.of(Duration.ofMillis(700)), new Stop()))
                .isEqualTo(new ProcessGang.Outcome.TimedOut());
        assertGone(Long.parseLong(log().strip()));
    }

    @Test
    void aStopEndsAlsoProcessesWhoseParentHasGone() throws Exception {
        ProcessGroup group = start("(sleep 600 & echo $!) ; sleep 600");
        awaitLine();
        Stop stop = new Stop();
        stop.request(Stop.Reason.CANCELED);

        assertThatThrownBy(() -> gang(group).await(Optional.empty(), stop)).isInstanceOf(Stop.StoppedException.class);
        assertGone(Long.parseLong(log().strip()));
    }

    @Test
    void whatACommandLeavesBehindEndsWithIt() throws Exception {
        ProcessGroup group = start("(sleep 600 & echo $!)");

        assertThat(gang(group).await(Optional.empty(), new Stop())).isEqualTo(new ProcessGang.Outcome.Exited(0, 0));
        assertGone(Long.parseLong(log().strip()));
    }

    @Test
    void theFirstCommandThatFailsEndsTheOthersAndIsNamed() throws Exception {
        ProcessGroup patient = start("echo $$; sleep 600");
        awaitLine();
        ProcessGroup failing = start("exit 3");

        assertThat(new ProcessGang(List.of(patient, failing)).await(Optional.empty(), new Stop()))
                .isEqualTo(new ProcessGang.Outcome.Exited(1, 3));
        assertGone(Long.parseLong(log().strip()));
    }

    private static ProcessGang gang(ProcessGroup group) {
        return new ProcessGang(List.of(group));
    }

    private ProcessGroup start(String command) throws IOException {
        return ProcessGroup.start(
                List.of("bash", "-c", command), folder, Map.of("PATH", System.getenv("PATH")), folder.resolve("log"));
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    private void awaitLine() throws IOException {
        while (!log().endsWith("\n")) {
            Thread.onSpinWait();
        }
    }

    private static void assertGone(long pid) {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }
}
