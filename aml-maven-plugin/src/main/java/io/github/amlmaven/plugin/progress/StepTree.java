package io.github.amlmaven.plugin.progress;

import io.github.amlmaven.core.progress.StepState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The steps of a pipeline as lines: all of them as a tree, or those whose state has changed. */
final class StepTree {

    private final Map<String, String> lastStates = new HashMap<>();

    /** A line for each step whose state is another than at the last call. */
    List<String> changes(List<StepState> steps) {
        List<String> lines = new ArrayList<>();
        for (StepState step : steps) {
            String last = lastStates.put(step.path(), state(step));
            if (!state(step).equals(last) && !(last == null && step.state().equals("NotStarted"))) {
                lines.add("Step " + step.path() + ": " + state(step) + ", " + clock(step.elapsed())
                        + (step.compute().isEmpty() ? "" : ", " + step.compute()));
            }
        }
        return lines;
    }

    /** The whole tree. */
    static List<String> tree(String pipeline, List<StepState> steps) {
        int width = steps.stream()
                .mapToInt(step -> 2 * step.depth() + step.name().length())
                .max()
                .orElse(0);
        List<String> lines = new ArrayList<>();
        lines.add(pipeline);
        for (StepState step : steps) {
            String name = "  ".repeat(step.depth()) + step.name();
            lines.add(String.format(
                            Locale.ROOT,
                            "  %s %-" + Math.max(1, width) + "s  %-20s %8s  %s",
                            mark(step.state()),
                            name,
                            state(step),
                            step.elapsed().isZero() ? "" : clock(step.elapsed()),
                            step.compute())
                    .stripTrailing());
        }
        return lines;
    }

    private static String state(StepState step) {
        return step.reused() ? step.state() + " (reused)" : step.state();
    }

    private static String mark(String state) {
        return switch (state) {
            case "Completed" -> "+";
            case "Failed", "NotResponding" -> "!";
            case "Canceled", "CancelRequested" -> "x";
            case "NotStarted", "Queued" -> ".";
            default -> ">";
        };
    }

    static String clock(Duration time) {
        return time.toHours() > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
                : String.format(Locale.ROOT, "%d:%02d", time.toMinutesPart(), time.toSecondsPart());
    }
}
