package io.github.amlmaven.emulator.job.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.job.state.JobFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The steps of a pipeline and which of them must end before which. */
public record PipelineGraph(Map<String, PipelineStep> steps) {

    /** @throws JobFailure when a step needs one that is not there, or steps need each other in a circle */
    public static PipelineGraph of(JsonNode jobs) throws JobFailure {
        Map<String, PipelineStep> steps = new LinkedHashMap<>();
        jobs.properties()
                .forEach(entry -> steps.put(entry.getKey(), PipelineStep.of(entry.getKey(), entry.getValue())));
        if (steps.isEmpty()) {
            throw JobFailure.user("The pipeline has no steps.");
        }
        PipelineGraph graph = new PipelineGraph(steps);
        graph.checkReferences();
        graph.checkOrder();
        return graph;
    }

    /** Steps that can start when these have completed, those included that have been started already. */
    List<PipelineStep> ready(Set<String> completed) {
        return steps.values().stream()
                .filter(step -> !completed.contains(step.name()))
                .filter(step -> completed.containsAll(step.needs()))
                .toList();
    }

    private void checkReferences() throws JobFailure {
        for (PipelineStep step : steps.values()) {
            for (String needed : step.needs()) {
                if (!steps.containsKey(needed)) {
                    throw JobFailure.user("Step '" + step.name() + "' uses an output of step '" + needed
                            + "', which the pipeline does not have. Its steps are " + steps.keySet() + ".");
                }
            }
            List<PipelineStep.StepValue> values = new ArrayList<>(step.inputs().values());
            values.addAll(step.outputs().values());
            for (PipelineStep.StepValue value : values) {
                if (value instanceof PipelineStep.StepValue.Bound bound
                        && bound.binding() instanceof Binding.Unknown unknown) {
                    throw JobFailure.user(
                            "Step '" + step.name() + "' has the unknown expression '" + unknown.text() + "'.");
                }
            }
        }
    }

    private void checkOrder() throws JobFailure {
        Set<String> done = new LinkedHashSet<>();
        List<PipelineStep> next = ready(done);
        while (!next.isEmpty()) {
            next.forEach(step -> done.add(step.name()));
            next = ready(done);
        }
        if (done.size() < steps.size()) {
            Set<String> circle = new LinkedHashSet<>(steps.keySet());
            circle.removeAll(done);
            throw JobFailure.user("The steps " + circle + " wait for each other.");
        }
    }
}
