package io.github.amlmaven.plugin.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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
}
