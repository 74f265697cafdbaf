package io.github.amlmaven.plugin.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.progress.StepState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepTreeTest {

    private static StepState step(String path, int depth, String state, boolean reused, long seconds) {
        return new StepState(
                path,
                path.substring(path.lastIndexOf('/') + 1),
                depth,
                state,
                reused,
                Duration.ofSeconds(seconds),
                "cpu-cluster");
    }

    @Test
    void aStepHasALineForEachChangeAndNoneForALookWithoutOne() {
        StepTree tree = new StepTree();

        assertThat(tree.changes(List.of(step("train", 0, "NotStarted", false, 0))))
                .isEmpty();
        assertThat(tree.changes(List.of(step("train", 0, "Running", false, 3))))
                .containsExactly("Step train: Running, 0:03, cpu-cluster");
        assertThat(tree.changes(List.of(step("train", 0, "Running", false, 5)))).isEmpty();
        assertThat(tree.changes(List.of(step("train", 0, "Completed", true, 9))))
                .containsExactly("Step train: Completed (reused), 0:09, cpu-cluster");
    }

    @Test
    void stepsOfANestedPipelineStandUnderIt() {
        assertThat(StepTree.tree(
                        "Job p",
                        List.of(
                                step("prepare", 0, "Running", false, 61),
                                step("prepare/clean", 1, "Completed", false, 2),
                                step("train", 0, "NotStarted", false, 0))))
                .containsExactly(
                        "Job p",
                        "  > prepare  Running                  1:01  cpu-cluster",
                        "  +   clean  Completed                0:02  cpu-cluster",
                        "  . train    NotStarted                     cpu-cluster");
    }

    @Test
    void aLineOfTheLogStaysAboveTheTree() {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        PrintStream terminal = new PrintStream(screen, true, StandardCharsets.UTF_8);
        LiveRegion region = new LiveRegion(terminal);

        region.show(List.of("one", "two"));
        region.above(() -> terminal.println("log"));

        assertThat(screen.toString(StandardCharsets.UTF_8))
                .isEqualTo("one\ntwo\n\u001B[2A\r\u001B[Jlog" + System.lineSeparator() + "one\ntwo\n");
    }
}
