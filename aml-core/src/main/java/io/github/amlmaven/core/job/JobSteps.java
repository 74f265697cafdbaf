package io.github.amlmaven.core.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.StepState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The steps of a pipeline job, those of pipelines in it included: their states, their logs, their metrics. */
final class JobSteps {

    private final RunHistory history;
    private final Progress progress;
    private final String job;
    private final List<String> declared;
    private final Clock clock;
    private final Map<String, LogFollower> logs = new LinkedHashMap<>();
    private final Map<String, JsonNode> ended = new LinkedHashMap<>();
    private final Map<String, String> paths = new LinkedHashMap<>();
    private List<StepState> last = List.of();

    /** @param definition the job as Resource Manager answers it, for the steps that have not started */
    JobSteps(RunHistory history, Progress progress, String job, JsonNode definition, Clock clock) {
        this.history = history;
        this.progress = progress;
        this.job = job;
        this.clock = clock;
        this.declared = new ArrayList<>();
        definition.path("properties").path("jobs").properties().forEach(step -> {
            String shown = step.getValue().path("display_name").asText("");
            declared.add(shown.isEmpty() ? step.getKey() : shown);
        });
    }

    /** Shows what has been logged since the last look, and how the steps stand. */
    void look() {
        last = collect(child -> true);
        progress.steps("Job " + job, last);
    }

    /** How the steps stood at the last look. */
    List<StepState> last() {
        return last;
    }

    /** How the steps stand, without their logs. */
    List<StepState> standing() {
        return collect(child -> false);
    }

    /** Whether any step had a line to show. */
    boolean hasShownLog() {
        return logs.values().stream().anyMatch(LogFollower::hasShown);
    }

    private List<StepState> collect(Predicate<RunHistory.Child> followed) {
        List<StepState> states = new ArrayList<>();
        collect(job, 0, "", states, followed);
        return states;
    }

    /** The last value of each metric of each step that has ended, by the step's path. */
    Map<String, Map<String, Double>> metrics(JsonNode definition) {
        Map<String, Map<String, Double>> metrics = new LinkedHashMap<>();
        ended.forEach(
                (run, details) -> metrics.put(paths.getOrDefault(run, run), history.metrics(definition, details)));
        return metrics;
    }

    private void collect(
            String run, int depth, String prefix, List<StepState> states, Predicate<RunHistory.Child> followed) {
        List<RunHistory.Child> children = new ArrayList<>(history.children(run));
        if (depth == 0) {
            List<String> missing = new ArrayList<>(declared);
            children.forEach(child -> missing.remove(child.name()));
            missing.forEach(name -> children.add(RunHistory.Child.notStarted(name)));
            children.sort(Comparator.comparingInt(child -> position(child.name())));
        }
        for (RunHistory.Child child : children) {
            String path = prefix + child.name();
            states.add(new StepState(
                    path, child.name(), depth, child.status(), child.reused(), elapsed(child), child.compute()));
            if (!child.id().isEmpty()) {
                paths.put(child.id(), path);
                if (followed.test(child)) {
                    follow(child, path);
                }
                if (child.pipeline()) {
                    collect(child.id(), depth + 1, path + "/", states, followed);
                }
            }
        }
    }

    private void follow(RunHistory.Child child, String path) {
        if (ended.containsKey(child.id()) || !child.started()) {
            return;
        }
        JsonNode details = history.details(child.id());
        boolean over = RunHistory.TERMINAL.contains(details.path("status").asText());
        if (!child.reused()) {
            logs.computeIfAbsent(child.id(), id -> new LogFollower(history, progress, "[" + path + "] "))
                    .show(details, over);
        }
        if (over) {
            ended.put(child.id(), details);
        }
    }

    private int position(String name) {
        int index = declared.indexOf(name);
        return index < 0 ? declared.size() : index;
    }

    private Duration elapsed(RunHistory.Child child) {
        if (child.start().isEmpty()) {
            return Duration.ZERO;
        }
        Instant until = child.end().orElseGet(clock::instant);
        Duration elapsed = Duration.between(child.start().get(), until);
        return elapsed.isNegative() ? Duration.ZERO : elapsed;
    }
}
