package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.Location;
import java.util.List;
import java.util.Map;

/**
 * A step that is not to be reused ({@code allow_reuse: false}): only a component can say so, as {@code is_deterministic}, so
 * what the step does moves into one.
 */
final class AlwaysRun {

    private static final Map<String, List<String>> OF_THE_COMPONENT = Map.of(
            "command",
            List.of("command", "code", "environment", "environment_variables", "distribution"),
            "parallel",
            List.of(
                    "task",
                    "input_data",
                    "mini_batch_size",
                    "partition_keys",
                    "max_concurrency_per_instance",
                    "error_threshold",
                    "mini_batch_error_threshold",
                    "logging_level",
                    "retry_settings"));

    private static final List<String> FIRST = List.of("type", "display_name", "description");

    private AlwaysRun() {}

    /**
     * Moves a step's work into a component of its own.
     *
     * @param inputs the step's inputs as a component declares them
     * @param where where {@code allow_reuse} stands
     */
    static void apply(ObjectNode step, ObjectNode inputs, Location where, Notes notes) {
        String type = step.path("type").asText();
        List<String> keys = OF_THE_COMPONENT.getOrDefault(type, List.of());
        ObjectNode component = step.objectNode();
        component.put("type", type).put("is_deterministic", false);
        notes.comment(
                "component",
                where,
                "only a component can say is_deterministic: false, which is allow_reuse: false in v1");
        if (!inputs.isEmpty()) {
            component.set("inputs", inputs);
        }
        if (!step.path("outputs").isEmpty()) {
            ObjectNode outputs = component.putObject("outputs");
            step.path("outputs")
                    .properties()
                    .forEach(output -> outputs.putObject(output.getKey())
                            .put("type", output.getValue().path("type").asText("uri_folder")));
        }
        for (String key : keys) {
            JsonNode value = step.remove(key);
            if (value != null) {
                component.set(key, value);
                notes.moved(key, "component");
            }
        }
        List<Map.Entry<String, JsonNode>> rest = List.copyOf(step.properties());
        step.removeAll();
        rest.stream()
                .filter(entry -> FIRST.contains(entry.getKey()))
                .forEach(entry -> step.set(entry.getKey(), entry.getValue()));
        step.set("component", component);
        rest.stream()
                .filter(entry -> !FIRST.contains(entry.getKey()))
                .forEach(entry -> step.set(entry.getKey(), entry.getValue()));
    }
}
