package io.github.amlmaven.emulator.job.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One entry of a pipeline's {@code jobs}. Inside {@code jobs} the client writes {@code job_input_type} where the top level
 * has {@code jobInputType}; a component's own specification has {@code type} and {@code path}. All are read.
 */
record PipelineStep(String name, JsonNode definition, Map<String, StepValue> inputs, Map<String, StepValue> outputs) {

    /** What an input gets or an output goes to. */
    sealed interface StepValue {

        record Bound(Binding binding) implements StepValue {}

        /** @param type AML's data type, may be empty */
        record Data(String type, String uri) implements StepValue {}
    }

    static PipelineStep of(String name, JsonNode definition) {
        return new PipelineStep(
                name, definition, values(definition.path("inputs")), values(definition.path("outputs")));
    }

    /** Whether the step tries values for inputs of its component. */
    boolean sweep() {
        return definition.path("type").asText().equalsIgnoreCase("sweep");
    }

    /** The component that the step runs: a reference, or a specification in place. */
    JsonNode component() {
        JsonNode trial = definition.path("trial");
        if (sweep()) {
            return trial.hasNonNull("componentId") ? trial.get("componentId") : trial;
        }
        JsonNode id = definition.path("componentId");
        return id.isMissingNode() || id.isNull() ? definition.path("component") : id;
    }

    /** Names of the steps whose outputs this one needs. */
    Set<String> needs() {
        Set<String> needs = new TreeSet<>();
        for (StepValue value : inputs.values()) {
            if (value instanceof StepValue.Bound bound && bound.binding() instanceof Binding.StepOutput output) {
                needs.add(output.step());
            }
        }
        return needs;
    }

    private static Map<String, StepValue> values(JsonNode node) {
        Map<String, StepValue> values = new LinkedHashMap<>();
        node.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            JsonNode inner = value.isObject() ? value.path("value") : value;
            String uri = first(value, "uri", "path");
            if (inner.isValueNode() && !inner.isNull()) {
                values.put(entry.getKey(), new StepValue.Bound(Binding.parse(inner.asText())));
            } else if (uri.contains("${{parent.")) {
                values.put(entry.getKey(), new StepValue.Bound(Binding.parse(uri)));
            } else if (!uri.isEmpty()) {
                String type =
                        first(value, "job_input_type", "jobInputType", "job_output_type", "jobOutputType", "type");
                values.put(entry.getKey(), new StepValue.Data(type, uri));
            }
        });
        return values;
    }

    private static String first(JsonNode node, String... keys) {
        for (String key : keys) {
            if (node.path(key).isTextual()) {
                return node.path(key).asText();
            }
        }
        return "";
    }
}
