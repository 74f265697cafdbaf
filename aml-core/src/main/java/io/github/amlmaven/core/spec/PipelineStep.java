package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A step of a pipeline.
 *
 * @param name the key under {@code jobs}
 * @param content the step, typed by the schema
 * @param directory what its relative paths start from
 */
public record PipelineStep(String name, ObjectNode content, Path directory, ComponentUse component) {

    /** The step as the official client renders it: snake_case inside a camelCase request. */
    ObjectNode toBody(AssetResolver assets) {
        ObjectNode rest = RestBody.object();
        CommandComponentSpec command = component instanceof ComponentUse.Inline inline
                        && inline.component() instanceof CommandComponentSpec spec
                ? spec
                : null;
        RestBody.set(rest, "resources", ComponentRendering.compact(own("resources", command)));
        RestBody.set(rest, "distribution", distribution(own("distribution", command)));
        RestBody.set(rest, "limits", limits(object("limits")));
        ObjectNode variables = object("environment_variables");
        if (variables != null && !variables.isEmpty()) {
            rest.set("environment_variables", texts(variables));
        }
        rest.put("name", name);
        String type = CheckedSpec.text(content, "type");
        rest.put("type", type == null ? "command" : type);
        RestBody.put(rest, "display_name", CheckedSpec.text(content, "display_name"));
        describe(rest);
        String compute = CheckedSpec.text(content, "compute");
        if (compute != null) {
            rest.put("computeId", compute.contains("${{") ? compute : assets.compute(compute));
        }
        set(rest, "inputs", snake(JobRendering.inputs(object("inputs"), directory, assets)));
        set(rest, "outputs", outputs(object("outputs")));
        rest.put("_source", component.source());
        rest.put("componentId", component.resolve(assets));
        RestBody.set(rest, "identity", snakeOrNull(JobRendering.identity(object("identity"))));
        RestBody.set(rest, "queue_settings", snakeOrNull(JobRendering.queueSettings(object("queue_settings"))));
        RestBody.set(rest, "services", JobRendering.services(object("services")));
        return rest;
    }

    private void describe(ObjectNode rest) {
        RestBody.put(rest, "comment", CheckedSpec.text(content, "comment"));
        for (String key : new String[] {"tags", "properties"}) {
            ObjectNode texts = object(key);
            if (texts != null && !texts.isEmpty()) {
                rest.set(key, texts(texts));
            }
        }
    }

    private static ObjectNode texts(ObjectNode values) {
        ObjectNode texts = RestBody.object();
        values.properties().forEach(entry -> texts.put(entry.getKey(), PythonScalar.text(entry.getValue())));
        return texts;
    }

    private @Nullable ObjectNode object(String key) {
        return content.get(key) instanceof ObjectNode object ? object : null;
    }

    /** The step's own setting, else that of the component that it comes with. */
    private @Nullable ObjectNode own(String key, @Nullable CommandComponentSpec command) {
        ObjectNode own = object(key);
        return own != null || command == null ? own : command.spec().object(key);
    }

    private static @Nullable ObjectNode distribution(@Nullable ObjectNode distribution) {
        return snakeOrNull(JobRendering.distribution(distribution));
    }

    private static @Nullable ObjectNode limits(@Nullable ObjectNode limits) {
        return snakeOrNull(JobRendering.limits(limits, "Command"));
    }

    private static ObjectNode outputs(@Nullable ObjectNode outputs) {
        ObjectNode rest = RestBody.object();
        if (outputs == null) {
            return rest;
        }
        outputs.properties().forEach(entry -> {
            if (entry.getValue() instanceof ObjectNode output) {
                ObjectNode wrapped = RestBody.object();
                wrapped.set(entry.getKey(), output);
                rest.set(entry.getKey(), snakeKeys((ObjectNode)
                        JobRendering.outputs(wrapped).get(entry.getKey())));
            } else if (entry.getValue().isTextual()) {
                rest.putObject(entry.getKey())
                        .put("value", entry.getValue().textValue())
                        .put("type", "literal");
            }
        });
        return rest;
    }

    private static void set(ObjectNode rest, String key, @Nullable ObjectNode value) {
        if (value != null && !value.isEmpty()) {
            rest.set(key, value);
        }
    }

    private static @Nullable ObjectNode snake(@Nullable ObjectNode entries) {
        if (entries == null) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        entries.properties()
                .forEach(entry -> rest.set(
                        entry.getKey(),
                        entry.getValue() instanceof ObjectNode value ? snakeKeys(value) : entry.getValue()));
        return rest;
    }

    private static @Nullable ObjectNode snakeOrNull(@Nullable ObjectNode object) {
        return object == null ? null : snakeKeys(object);
    }

    private static ObjectNode snakeKeys(ObjectNode object) {
        ObjectNode rest = RestBody.object();
        object.properties()
                .forEach(entry -> rest.set(
                        entry.getKey().replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT),
                        entry.getValue()));
        return rest;
    }
}
