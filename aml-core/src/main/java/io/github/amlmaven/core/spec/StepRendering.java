package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A step of a pipeline in a request. Source: azure-ai-ml 1.34.0 ({@code entities/_builders}). */
final class StepRendering {

    /** What else stands in a step that runs a component the official client passes on. */
    private static final Set<String> KNOWN = Set.of(
            "type",
            "component",
            "comment",
            "name",
            "display_name",
            "description",
            "experiment_name",
            "tags",
            "properties",
            "compute",
            "identity",
            "services",
            "inputs",
            "outputs",
            "parent_job_name",
            "environment_variables",
            "environment",
            "distribution",
            "resources",
            "limits",
            "queue_settings");

    private final PipelineStep step;
    private final ObjectNode content;
    private final ComponentUse use;
    /** What stands in the step's component when it comes with the pipeline. */
    private final ObjectNode component;

    private final AssetResolver assets;
    private final ObjectNode rest = RestBody.object();

    StepRendering(PipelineStep step, ComponentUse use, AssetResolver assets) {
        this.step = step;
        this.content = step.content();
        this.use = use;
        this.component =
                use instanceof ComponentUse.Inline inline && inline.component() instanceof StepComponentSpec leaf
                        ? leaf.spec().content()
                        : RestBody.object();
        this.assets = assets;
    }

    ObjectNode body() {
        String type = PipelineLoading.stepType(content);
        common(type);
        switch (type) {
            case "parallel" -> parallel();
            case "sweep" -> sweep();
            case "spark" -> spark();
            case "data_transfer" -> transfer();
            case "pipeline" -> {
                // nothing of its own
            }
            default -> command();
        }
        if (!type.equals("sweep")) {
            rest.put("componentId", use.resolve(assets));
        }
        return rest;
    }

    private void common(String type) {
        rest.put("name", step.name().toLowerCase(Locale.ROOT));
        rest.put("type", type);
        RestBody.put(rest, "display_name", CheckedSpec.text(content, "display_name"));
        RestBody.put(rest, "comment", CheckedSpec.text(content, "comment"));
        notEmpty("tags", content.get("tags"));
        notEmpty("properties", content.get("properties"));
        String compute = CheckedSpec.text(content, "compute");
        if (compute != null) {
            boolean nested =
                    use instanceof ComponentUse.Inline inline && inline.component() instanceof PipelineComponentSpec;
            rest.put("computeId", compute.contains("${{") || nested ? compute : assets.compute(compute));
        }
        StepPorts ports = new StepPorts(step, use, assets);
        notEmpty("inputs", ports.inputs());
        notEmpty("outputs", ports.outputs());
        rest.put("_source", use.source());
    }

    private void command() {
        if (content.hasNonNull("component")) {
            content.properties().stream()
                    .filter(entry -> !KNOWN.contains(entry.getKey()))
                    .forEach(entry -> RestBody.set(rest, entry.getKey(), entry.getValue()));
        }
        notEmpty("resources", resources());
        notEmpty("distribution", snake(JobRendering.distribution(own("distribution"))));
        notEmpty("limits", limits());
        notEmpty("environment_variables", content.get("environment_variables"));
        notEmpty("identity", identity());
        notEmpty("queue_settings", snake(JobRendering.queueSettings(object("queue_settings"))));
        services();
    }

    private void parallel() {
        notEmpty("resources", resources());
        copy("error_threshold");
        copyOwn("mini_batch_error_threshold", "max_concurrency_per_instance", "input_data", "retry_settings");
        notEmpty("environment_variables", content.get("environment_variables"));
        copy("logging_level");
        JsonNode size = either("mini_batch_size");
        if (size != null && size.asText().contains("${{")) {
            rest.set("mini_batch_size", size);
        } else if (size != null || use instanceof ComponentUse.Inline) {
            rest.put("mini_batch_size", size == null ? 0 : MiniBatch.bytes(size.asText()));
        }
        if (either("partition_keys") instanceof ArrayNode keys) {
            rest.put("partition_keys", MiniBatch.keys(keys));
        }
        if (either("task") instanceof ObjectNode task) {
            boolean known = use instanceof ComponentUse.Inline;
            rest.set(
                    "task",
                    known
                            ? ((StepComponentSpec) ((ComponentUse.Inline) use).component()).task(task, assets)
                            : ComponentRendering.compact(task));
        }
        notEmpty("identity", identity());
    }

    private void sweep() {
        copy("limits", "objective", "search_space", "sampling_algorithm", "queue_settings", "resources");
        if (rest.get("limits") instanceof ObjectNode limits) {
            rest.set("limits", SweepRendering.floored(limits));
        }
        if (rest.get("sampling_algorithm") instanceof ObjectNode algorithm) {
            rest.set("sampling_algorithm", ComponentRendering.compact(algorithm));
        }
        ObjectNode termination = object("early_termination");
        if (termination != null) {
            rest.set("early_termination", snakeKeys(SweepRendering.termination(termination)));
        }
        rest.putObject("trial").put("componentId", use.resolve(assets));
    }

    private void spark() {
        ObjectNode resources = own("resources");
        if (resources != null) {
            ObjectNode rendered = ComponentRendering.compact(resources);
            if (content.hasNonNull("component")) {
                RestBody.put(rendered, "instance_type", lower(CheckedSpec.text(resources, "instance_type")));
            }
            rest.set("resources", rendered);
        }
        copyOwn("py_files", "jars", "files", "archives", "args");
        ObjectNode identity = identity();
        notEmpty("identity", identity == null ? snakeKeys(SparkJobSpec.identity(content)) : identity);
        ObjectNode conf = RestBody.object();
        if (component.get("conf") instanceof ObjectNode given) {
            conf.setAll(SparkConfiguration.values(given));
        }
        if (content.get("conf") instanceof ObjectNode given) {
            conf.setAll(SparkConfiguration.values(given));
        }
        if (SparkConfiguration.isTrue(conf.get(SparkConfiguration.DYNAMIC))
                && !conf.has(SparkConfiguration.INSTANCES)
                && conf.has(SparkConfiguration.MIN)) {
            conf.set(SparkConfiguration.INSTANCES, conf.get(SparkConfiguration.MIN));
        }
        notEmpty("conf", conf);
        if (either("entry") instanceof ObjectNode entry) {
            rest.set("entry", snakeKeys(SparkJobSpec.entry(entry)));
        }
    }

    private void transfer() {
        copyOwn("task", "data_copy_mode");
        for (String end : new String[] {"source", "sink"}) {
            if (content.get(end) instanceof ObjectNode place) {
                rest.set(end, ComponentRendering.compact(place));
            }
        }
    }

    private @Nullable ObjectNode resources() {
        ObjectNode resources = own("resources");
        ObjectNode rendered = resources == null ? null : snakeKeys(JobRendering.resourcesOf(resources));
        if (rendered != null && rendered.path("properties").isEmpty()) {
            rendered.remove("properties");
        }
        return rendered;
    }

    private @Nullable ObjectNode limits() {
        ObjectNode limits = object("limits");
        if (limits == null) {
            return null;
        }
        String bound = CheckedSpec.text(limits, "timeout");
        return bound != null && bound.contains("${{")
                ? RestBody.object().put("job_limits_type", "Command").put("timeout", bound)
                : snake(JobRendering.limits(limits, "Command"));
    }

    private @Nullable ObjectNode identity() {
        return snake(JobRendering.identity(object("identity")));
    }

    private void services() {
        ObjectNode services = JobRendering.services(object("services"));
        if (services != null) {
            ObjectNode named = rest.putObject("services");
            services.properties().forEach(entry -> {
                ObjectNode service = snakeKeys((ObjectNode) entry.getValue());
                if (service.get("nodes") instanceof ObjectNode nodes) {
                    service.set("nodes", snakeKeys(nodes));
                }
                if (service.path("properties").isEmpty()) {
                    service.remove("properties");
                }
                named.set(entry.getKey(), service);
            });
        }
    }

    private @Nullable ObjectNode object(String key) {
        return content.get(key) instanceof ObjectNode object ? object : null;
    }

    /** The step's own setting, else that of the component that it comes with. */
    private @Nullable ObjectNode own(String key) {
        return either(key) instanceof ObjectNode object ? object : null;
    }

    private @Nullable JsonNode either(String key) {
        return content.hasNonNull(key) ? content.get(key) : component.get(key);
    }

    private void copy(String... keys) {
        for (String key : keys) {
            JsonNode value = content.get(key);
            if (value != null && !(value.isObject() && value.isEmpty())) {
                RestBody.set(rest, key, value);
            }
        }
    }

    private void copyOwn(String... keys) {
        for (String key : keys) {
            RestBody.set(rest, key, either(key));
        }
    }

    private void notEmpty(String key, @Nullable JsonNode value) {
        if (value != null && !value.isEmpty()) {
            rest.set(key, value);
        }
    }

    private static @Nullable String lower(@Nullable String text) {
        return text == null ? null : text.toLowerCase(Locale.ROOT);
    }

    private static @Nullable ObjectNode snake(@Nullable ObjectNode object) {
        return object == null ? null : snakeKeys(object);
    }

    static ObjectNode snakeKeys(ObjectNode object) {
        ObjectNode snake = RestBody.object();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            snake.set(entry.getKey().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT), entry.getValue());
        }
        return snake;
    }
}
