package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What goes into a step and comes out of it. Source: azure-ai-ml 1.34.0 ({@code entities/_job/pipeline/_io}).
 */
final class StepPorts {

    private static final Set<String> PRIMITIVE = Set.of("string", "number", "integer", "boolean");

    private final PipelineStep step;
    private final @Nullable ObjectNode declaredInputs;
    private final @Nullable ObjectNode declaredOutputs;
    private final AssetResolver assets;

    StepPorts(PipelineStep step, ComponentUse use, AssetResolver assets) {
        this.step = step;
        this.assets = assets;
        this.declaredInputs = declared(use, true);
        this.declaredOutputs = declared(use, false);
    }

    /** Inputs or outputs of the component; null when it lies elsewhere. */
    private static @Nullable ObjectNode declared(ComponentUse use, boolean inputs) {
        if (!(use instanceof ComponentUse.Inline inline)) {
            return null;
        }
        ObjectNode ports = inline.component() instanceof PipelineComponentSpec pipeline
                ? (inputs ? pipeline.inputs() : pipeline.outputs())
                : ((StepComponentSpec) inline.component()).spec().object(inputs ? "inputs" : "outputs");
        return ports == null ? RestBody.object() : ports;
    }

    ObjectNode inputs() {
        ObjectNode rest = RestBody.object();
        if (step.content().get("inputs") instanceof ObjectNode given) {
            given.properties().forEach(entry -> {
                boolean known = declaredInputs == null || declaredInputs.has(entry.getKey());
                if (known && !entry.getValue().isNull()) {
                    rest.set(entry.getKey(), input(entry.getKey(), entry.getValue()));
                }
            });
        }
        return rest;
    }

    private ObjectNode input(String name, JsonNode value) {
        String type = declaredInputs == null
                ? null
                : declaredInputs.path(name).path("type").asText(null);
        boolean path =
                value.isTextual() && !value.textValue().contains("${{") && type != null && !PRIMITIVE.contains(type);
        JsonNode given = path ? RestBody.object().put("type", type).put("path", value.textValue()) : value;
        return StepRendering.snakeKeys(JobRendering.input(given, step.directory(), assets));
    }

    ObjectNode outputs() {
        ObjectNode rest = RestBody.object();
        if (step.content().get("outputs") instanceof ObjectNode given) {
            for (Map.Entry<String, JsonNode> entry : given.properties()) {
                if (declaredOutputs == null || declaredOutputs.has(entry.getKey())) {
                    ObjectNode output = output(entry.getKey(), entry.getValue());
                    if (output != null) {
                        rest.set(entry.getKey(), output);
                    }
                }
            }
        }
        return rest;
    }

    private @Nullable ObjectNode output(String name, JsonNode value) {
        if (value.isTextual()) {
            return binding(value.textValue(), RestBody.object());
        }
        if (!(value instanceof ObjectNode object)) {
            return null;
        }
        String path = CheckedSpec.text(object, "path");
        if (path != null && path.startsWith("${{parent.")) {
            return binding(path, object);
        }
        ObjectNode rest = StepRendering.snakeKeys(JobRendering.output(object));
        rename(rest, "asset_name", "name");
        rename(rest, "asset_version", "version");
        if (declaredOutputs != null
                && "uri_file".equals(declaredOutputs.path(name).path("type").asText())) {
            rest.put("job_output_type", "uri_file");
        }
        return rest;
    }

    private static ObjectNode binding(String binding, ObjectNode given) {
        ObjectNode rest = RestBody.object().put("value", binding).put("type", "literal");
        ObjectNode rendered = JobRendering.output(given);
        RestBody.set(rest, "mode", rendered.get("mode"));
        RestBody.set(rest, "name", rendered.get("assetName"));
        RestBody.set(rest, "version", rendered.get("assetVersion"));
        return rest;
    }

    private static void rename(ObjectNode object, String from, String to) {
        JsonNode value = object.remove(from);
        RestBody.set(object, to, value);
    }
}
