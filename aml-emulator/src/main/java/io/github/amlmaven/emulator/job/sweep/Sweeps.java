package io.github.amlmaven.emulator.job.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.run.JobOutputs;
import io.github.amlmaven.emulator.job.run.JobValues;
import io.github.amlmaven.emulator.job.run.OutputAssets;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobControl;
import io.github.amlmaven.emulator.job.state.JobDocuments;
import io.github.amlmaven.emulator.job.state.JobFailure;
import io.github.amlmaven.emulator.job.state.JobStatus;
import io.github.amlmaven.emulator.job.state.Jobs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes sweep jobs forward. Like pipelines they are known by their documents alone: trial {@code n} of sweep {@code s} is
 * the job {@code s_n}, and its values follow from the sweep's definition.
 */
public final class Sweeps {

    private static final Pattern PLACE = Pattern.compile("\\$\\{\\{\\s*search_space\\.([\\w.-]+)\\s*}}");
    private static final String ENDED_EARLY = "earlyTerminated";

    private final Jobs jobs;
    private final JobDocuments documents;
    private final OutputAssets assets;
    private final JobControl control;
    private final Clock clock;

    public Sweeps(Jobs jobs, JobDocuments documents, OutputAssets assets, JobControl control, Clock clock) {
        this.jobs = jobs;
        this.documents = documents;
        this.assets = assets;
        this.control = control;
        this.clock = clock;
    }

    /**
     * Starts, stops and counts trials, and ends the sweep when nothing is left to do.
     *
     * @return whether this has ended it
     */
    public boolean step(ResourceId id) {
        Job sweep = jobs.get(id);
        Map<Integer, Job> trials = trials(sweep);
        boolean live =
                trials.values().stream().anyMatch(trial -> !trial.status().terminal());
        if (sweep.status() == JobStatus.CANCEL_REQUESTED) {
            stopAll(trials);
            return !live && jobs.finish(id, JobStatus.CANCELED, Optional.empty());
        }
        try {
            SweepPlan plan = SweepPlan.of(sweep.name(), sweep.properties());
            boolean late = late(sweep, plan);
            if (late) {
                stopAll(trials);
            } else {
                endEarly(plan, trials);
                live |= start(sweep, plan, trials);
            }
            return !live && finish(sweep, plan, trials, late);
        } catch (JobFailure e) {
            stopAll(trials);
            return !live && jobs.finish(id, JobStatus.FAILED, Optional.of(e));
        }
    }

    /** The time that is left until the sweep's limit; empty without a limit. */
    public Optional<Duration> left(Job sweep) throws JobFailure {
        return SweepPlan.of(sweep.name(), sweep.properties())
                .timeout()
                .map(limit -> Duration.between(clock.instant(), started(sweep).plus(limit)));
    }

    private boolean late(Job sweep, SweepPlan plan) {
        return plan.timeout()
                .filter(limit -> !clock.instant().isBefore(started(sweep).plus(limit)))
                .isPresent();
    }

    private Instant started(Job sweep) {
        String start = sweep.run().path("startTimeUtc").asText("");
        return start.isEmpty() ? clock.instant() : Instant.parse(start);
    }

    private boolean start(Job sweep, SweepPlan plan, Map<Integer, Job> trials) throws JobFailure {
        long live = trials.values().stream()
                .filter(trial -> !trial.status().terminal())
                .count();
        boolean started = false;
        for (int i = trials.size(); i < plan.points().size() && live < plan.concurrent(); i++) {
            Job trial = jobs.create(trial(sweep, plan, i));
            trials.put(i, trial);
            control.start(trial);
            live++;
            started = true;
        }
        return started;
    }

    /** A trial is a command job: the sweep's trial with its values in the place of {@code search_space} expressions. */
    private Job trial(Job sweep, SweepPlan plan, int number) throws JobFailure {
        ObjectNode point = plan.points().get(number);
        ObjectNode properties = sweep.properties().path("trial").deepCopy();
        properties
                .put("jobType", Job.COMMAND)
                .put("displayName", sweep.name() + "_" + number)
                .put("experimentName", sweep.properties().path("experimentName").asText())
                .put("command", command(sweep, point));
        if (sweep.properties().hasNonNull("computeId")) {
            properties.set("computeId", sweep.properties().get("computeId"));
        }
        ObjectNode inputs = sweep.properties().path("inputs").deepCopy();
        point.properties()
                .forEach(value -> inputs.set(
                        value.getKey(), JobValues.literal(value.getValue().asText())));
        properties.set("inputs", inputs);
        ObjectNode outputs = properties.putObject("outputs");
        JobOutputs.named(sweep)
                .forEach((name, output) -> outputs.putObject(name)
                        .put("jobOutputType", output.path("jobOutputType").asText()));
        if (!plan.trialTimeout().isEmpty()) {
            properties.putObject("limits").put("jobLimitsType", "Command").put("timeout", plan.trialTimeout());
        }
        properties.putObject("tags").put("hyperparameters", point.toString());
        properties.putObject("properties").put("azureml.runsource", "azureml.HyperDrive");
        Job trial =
                documents.create(sweep.workspace().child("jobs", sweep.name() + "_" + number), properties, jobs.now());
        trial.run()
                .put("parent", sweep.name())
                .put("root", sweep.run().path("root").asText(sweep.name()))
                .set("hyperparameters", point);
        return trial;
    }

    /** @throws JobFailure when the command asks for a value that is not in the search space */
    public static String command(Job sweep, ObjectNode point) throws JobFailure {
        Matcher places =
                PLACE.matcher(sweep.properties().path("trial").path("command").asText());
        StringBuilder command = new StringBuilder();
        while (places.find()) {
            JsonNode value = point.path(places.group(1));
            if (value.isMissingNode()) {
                throw JobFailure.user(
                        "The trial's command uses " + places.group() + ", which is not in the search space.");
            }
            places.appendReplacement(command, Matcher.quoteReplacement(value.asText()));
        }
        return places.appendTail(command).toString();
    }

    private void endEarly(SweepPlan plan, Map<Integer, Job> trials) {
        Map<Integer, List<Double>> logged = new LinkedHashMap<>();
        trials.forEach((number, trial) -> logged.put(number, values(trial, plan.metric())));
        trials.forEach((number, trial) -> {
            Map<Integer, List<Double>> others = new LinkedHashMap<>(logged);
            List<Double> mine = others.remove(number);
            if (trial.status() == JobStatus.RUNNING
                    && mine != null
                    && plan.policy().ends(mine, others.values())) {
                jobs.update(trial.id(), stored -> stored.run().put(ENDED_EARLY, true));
                control.cancel(trial.id());
            }
        });
    }

    private List<Double> values(Job trial, String metric) {
        return jobs.metrics().history(trial.id(), metric).stream()
                .map(entry -> entry.path("value").asDouble())
                .toList();
    }

    private boolean finish(Job sweep, SweepPlan plan, Map<Integer, Job> trials, boolean late) throws JobFailure {
        Optional<Job> best = best(plan, trials);
        if (best.isEmpty() && trials.values().stream().noneMatch(trial -> trial.status() == JobStatus.COMPLETED)) {
            if (late) {
                return jobs.finish(
                        sweep.id(),
                        JobStatus.CANCELED,
                        Optional.of(JobFailure.user("The sweep was canceled because it ran longer than its limit.")));
            }
            throw JobFailure.user("No trial has completed. " + lastError(trials));
        }
        Job updated = jobs.update(sweep.id(), stored -> {
            ObjectNode shown = (ObjectNode) stored.properties().get("properties");
            shown.put("best_metric_status", best.isPresent() ? "Succeeded" : "NotFound");
            if (!plan.note().isEmpty()) {
                shown.put("emulator.note", plan.note());
            }
            best.ifPresent(trial -> take(stored, trial, plan.metric()));
        });
        for (JsonNode output : JobOutputs.named(updated).values()) {
            if (!output.path("assetName").asText().isEmpty() && best.isPresent()) {
                assets.register(updated, output);
            }
        }
        return jobs.finish(sweep.id(), JobStatus.COMPLETED, Optional.empty());
    }

    /** The sweep's outputs and metrics are those of its best trial. */
    private static void take(Job sweep, Job best, String metric) {
        ((ObjectNode) sweep.properties().get("properties"))
                .put("best_child_run_id", best.name())
                .put("score", best.run().path("metrics").path(metric).asText())
                .put("best_data_container_id", "dcid." + best.name());
        sweep.run().set("metrics", best.run().path("metrics").deepCopy());
        JobOutputs.named(sweep)
                .forEach((name, output) -> ((ObjectNode) output)
                        .put(
                                "uri",
                                best.properties()
                                        .path("outputs")
                                        .path(name)
                                        .path("uri")
                                        .asText()));
    }

    private static Optional<Job> best(SweepPlan plan, Map<Integer, Job> trials) {
        return trials.values().stream()
                .filter(trial -> trial.status() == JobStatus.COMPLETED)
                .filter(trial -> trial.run().path("metrics").path(plan.metric()).isNumber())
                .reduce((one, other) -> plan.policy().better(score(plan, other), score(plan, one)) ? other : one);
    }

    private static double score(SweepPlan plan, Job trial) {
        return trial.run().path("metrics").path(plan.metric()).asDouble();
    }

    private static String lastError(Map<Integer, Job> trials) {
        return trials.values().stream()
                .filter(trial -> trial.error().isObject())
                .map(trial -> "Trial " + trial.name() + ": "
                        + trial.error().path("message").asText())
                .findFirst()
                .orElse("");
    }

    private void stopAll(Map<Integer, Job> trials) {
        trials.values().stream()
                .filter(trial -> !trial.status().terminal())
                .forEach(trial -> control.cancel(trial.id()));
    }

    private Map<Integer, Job> trials(Job sweep) {
        Map<Integer, Job> trials = new LinkedHashMap<>();
        for (int i = 0; ; i++) {
            Optional<Job> trial = jobs.find(sweep.workspace().child("jobs", sweep.name() + "_" + i));
            if (trial.isEmpty()) {
                return trials;
            }
            trials.put(i, trial.get());
        }
    }
}
