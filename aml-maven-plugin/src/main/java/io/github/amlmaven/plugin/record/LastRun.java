package io.github.amlmaven.plugin.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the last {@code aml:run} left for the goals after it.
 *
 * @param jobName the job, when its outputs are here
 * @param metrics what it measured
 */
public record LastRun(Optional<String> jobName, Map<String, Double> metrics) {

    public static LastRun in(Path outputDirectory) {
        Optional<ObjectNode> outputs = GoalRecord.outputsOf(outputDirectory, "run");
        Map<String, Double> metrics = new LinkedHashMap<>();
        outputs.ifPresent(run -> run.path("metrics")
                .properties()
                .forEach(
                        metric -> metrics.put(metric.getKey(), metric.getValue().asDouble())));
        Optional<String> job = outputs.map(run -> run.path("jobName").asText()).filter(name -> !name.isEmpty());
        return new LastRun(job, metrics);
    }

    /**
     * What is known here of a job that has made a model: its file, its inputs, how it ended. From the run itself, or from what an
     * earlier {@code aml:register} has kept of it, since a later run has taken the place of that run's record.
     */
    public static Optional<Map<String, Object>> describe(Path outputDirectory, String jobName) {
        return Stream.concat(
                        GoalRecord.outputsOf(outputDirectory, "run").stream(),
                        GoalRecord.standing(outputDirectory, "register").stream()
                                .map(registered -> registered.outputs().path("job"))
                                .filter(ObjectNode.class::isInstance)
                                .map(ObjectNode.class::cast))
                .filter(job -> job.path("jobName").asText().equals(jobName))
                .findFirst()
                .map(job -> {
                    Map<String, Object> facts = new LinkedHashMap<>();
                    for (String fact : List.of("jobName", "jobStatus", "studioUrl", "jobFile")) {
                        if (job.hasNonNull(fact)) {
                            facts.put(fact, job.path(fact).asText());
                        }
                    }
                    Map<String, String> inputs = new LinkedHashMap<>();
                    job.path("inputs")
                            .properties()
                            .forEach(input ->
                                    inputs.put(input.getKey(), input.getValue().asText()));
                    if (!inputs.isEmpty()) {
                        facts.put("inputs", inputs);
                    }
                    return facts;
                });
    }
}
