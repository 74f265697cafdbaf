package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A component that does one thing: runs a command, a parallel task, a Spark application or a data transfer. From a file
 * of its own, or made of a step that is written out in a pipeline.
 *
 * @param spec the checked content
 * @param type {@code command}, {@code parallel}, {@code spark} or {@code data_transfer}
 * @param code null when it needs none
 * @param includes files and folders that go beside the code
 * @param environment null for what brings its own
 * @param unknown what stands on the file's top level and no schema knows; the official client passes it on
 * @param source what the service is told about where it comes from: {@code YAML.COMPONENT} or {@code YAML.JOB}
 */
public record StepComponentSpec(
        CheckedSpec spec,
        String type,
        @Nullable AssetReference code,
        List<Path> includes,
        @Nullable EnvironmentUse environment,
        ObjectNode unknown,
        String source)
        implements ComponentSpec {

    private static final Set<String> RETRIES = Set.of("max_retries", "timeout");
    private static final Set<String> TASK =
            Set.of("type", "code", "entry_script", "program_arguments", "model", "append_row_to", "environment");
    static final String FROM_COMPONENT = "YAML.COMPONENT";
    static final String FROM_JOB = "YAML.JOB";

    public StepComponentSpec {
        includes = List.copyOf(includes);
    }

    @Override
    public @Nullable ObjectNode inputs() {
        return spec.object("inputs");
    }

    @Override
    public @Nullable String name() {
        return spec.text("name");
    }

    @Override
    public @Nullable String version() {
        return spec.text("version");
    }

    @Override
    public ObjectNode toBody(AssetResolver assets, String name, String version) {
        boolean anonymous = name.equals(ANONYMOUS);
        ObjectNode component = RestBody.object();
        ComponentRendering.describe(component, spec, name, anonymous || version() != null ? version : null);
        component.put("is_deterministic", !"false".equals(spec.text("is_deterministic")));
        RestBody.set(component, "inputs", ComponentRendering.inputs(spec.object("inputs")));
        RestBody.set(component, "outputs", ComponentRendering.outputs(spec.object("outputs")));
        component.put("type", type);
        component.put("_source", source);
        switch (type) {
            case "parallel" -> parallel(component, assets);
            case "spark" -> spark(component, assets);
            case "data_transfer" -> transfer(component);
            default -> command(component, assets);
        }
        if (!type.equals("parallel")) {
            unknown.properties().stream()
                    .filter(entry ->
                            !entry.getValue().isObject() || !entry.getValue().isEmpty())
                    .forEach(entry -> RestBody.set(component, entry.getKey(), entry.getValue()));
        }
        return ComponentRendering.body(component, spec, name);
    }

    private void command(ObjectNode component, AssetResolver assets) {
        RestBody.put(component, "command", spec.text("command"));
        assets(component, assets);
        RestBody.set(component, "resources", ComponentRendering.resources(spec.object("resources")));
        RestBody.set(component, "distribution", ComponentRendering.distribution(spec.object("distribution")));
        if (!includes.isEmpty()) {
            component.set("additional_includes", spec.content().get("additional_includes"));
        }
    }

    private void assets(ObjectNode component, AssetResolver assets) {
        if (code != null || !includes.isEmpty()) {
            component.put("code", ComponentRendering.prefixed(assets.code(code, includes)));
        }
        if (environment != null) {
            component.put("environment", ComponentRendering.prefixed(environment.resolve(assets)));
        }
    }

    private void parallel(ObjectNode component, AssetResolver assets) {
        for (String key : new String[] {
            "logging_level",
            "max_concurrency_per_instance",
            "error_threshold",
            "mini_batch_error_threshold",
            "retry_settings"
        }) {
            JsonNode value = spec.content().get(key);
            if (value != null && !isBound(value)) {
                RestBody.set(
                        component,
                        key,
                        value instanceof ObjectNode retry ? ComponentRendering.known(retry, RETRIES) : value);
            }
        }
        RestBody.set(component, "input_data", spec.content().get("input_data"));
        JsonNode size = spec.content().get("mini_batch_size");
        if (size == null || !isBound(size)) {
            component.put("mini_batch_size", Long.toString(size == null ? 0 : MiniBatch.bytes(size.asText())));
        }
        ObjectNode resources = spec.object("resources");
        if (resources != null && !isBound(resources)) {
            RestBody.set(component, "resources", ComponentRendering.resources(resources));
        }
        if (spec.content().get("partition_keys") instanceof ArrayNode keys) {
            component.put("partition_keys", MiniBatch.keys(keys));
        }
        ObjectNode task = spec.object("task");
        if (task != null) {
            component.set("task", task(task, assets));
        }
    }

    /** The task with its code and environment as the component has them. */
    ObjectNode task(ObjectNode task, AssetResolver assets) {
        ObjectNode rest = ComponentRendering.known(task, TASK);
        assets(rest, assets);
        return rest;
    }

    private static boolean isBound(JsonNode value) {
        if (value.isContainerNode()) {
            for (JsonNode child : value) {
                if (isBound(child)) {
                    return true;
                }
            }
            return false;
        }
        return value.isTextual()
                && (value.textValue().contains("${{parent.inputs.")
                        || value.textValue().contains("${{inputs."))
                && !value.textValue().isEmpty();
    }

    private void spark(ObjectNode component, AssetResolver assets) {
        assets(component, assets);
        RestBody.set(component, "entry", spec.content().get("entry"));
        for (String key : new String[] {"py_files", "jars", "files", "archives", "args"}) {
            RestBody.set(component, key, spec.content().get(key));
        }
        ObjectNode conf = spec.object("conf");
        if (conf != null || source.equals(FROM_JOB)) {
            component.set("conf", conf == null ? RestBody.object() : SparkConfiguration.values(conf));
        }
        if (!includes.isEmpty()) {
            component.set("additional_includes", spec.content().get("additional_includes"));
        }
    }

    private void transfer(ObjectNode component) {
        for (String key : new String[] {"task", "data_copy_mode", "source", "sink"}) {
            RestBody.set(component, key, spec.content().get(key));
        }
    }

    static String text(JsonNode value) {
        return PythonScalar.text(value);
    }
}
