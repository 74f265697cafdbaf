package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Which inputs of a pipeline component are optional though it does not say so: those that its steps bind to optional
 * inputs only. The last step that uses an input decides. Source: azure-ai-ml 1.34.0 ({@code _validate_binding_inputs} in
 * {@code entities/_component/pipeline_component.py}).
 */
final class OptionalInputs {

    private final ObjectNode inputs;
    private final List<PipelineStep> steps;

    OptionalInputs(ObjectNode inputs, List<PipelineStep> steps) {
        this.inputs = inputs;
        this.steps = steps;
    }

    /** Marks them. */
    void infer() {
        inputs.properties().forEach(entry -> {
            if (entry.getValue() instanceof ObjectNode input && !input.has("optional") && isOptional(entry.getKey())) {
                input.put("optional", true);
            }
        });
    }

    private boolean isOptional(String name) {
        boolean optional = false;
        String binding = "${{parent.inputs." + name + "}}";
        for (PipelineStep step : steps) {
            if (!(step.component() instanceof ComponentUse.Inline inline)) {
                continue;
            }
            boolean bound = false;
            boolean required = false;
            for (var entry : step.content().path("inputs").properties()) {
                JsonNode value = entry.getValue();
                String text = value.isObject() ? value.path("path").asText() : value.asText();
                if (text.contains(binding)) {
                    bound = true;
                    required |= !(entry.getKey().equals(name) && !text.equals(binding))
                            && isRequired(inline.component(), entry.getKey());
                }
            }
            optional = bound ? !required : optional;
        }
        return optional;
    }

    private static boolean isRequired(ComponentSpec component, String input) {
        ObjectNode inputs = component.inputs();
        return inputs != null
                && inputs.has(input)
                && !inputs.path(input).path("optional").asBoolean();
    }
}
