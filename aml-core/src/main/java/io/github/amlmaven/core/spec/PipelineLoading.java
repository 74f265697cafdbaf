package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds the steps of one pipeline: follows component files, and makes components of steps that are written out. */
final class PipelineLoading {

    private static final Pattern STEP_OUTPUT =
            Pattern.compile("\\$\\{\\{\\s*parent\\.jobs\\.([\\w-]+)\\.outputs\\.([\\w-]+)\\s*}}");
    /** What a step hands on when it becomes a component, by its type. */
    private static final Map<String, List<String>> OF_THE_COMPONENT = Map.of(
            "command",
            List.of("command", "code", "environment", "resources", "distribution", "description", "tags"),
            "spark",
            List.of(
                    "code",
                    "entry",
                    "py_files",
                    "jars",
                    "files",
                    "archives",
                    "conf",
                    "environment",
                    "args",
                    "description",
                    "tags",
                    "properties"),
            "parallel",
            List.of(
                    "task",
                    "mini_batch_size",
                    "partition_keys",
                    "logging_level",
                    "max_concurrency_per_instance",
                    "error_threshold",
                    "mini_batch_error_threshold",
                    "retry_settings",
                    "resources",
                    "input_data"),
            "data_transfer",
            List.of("task", "data_copy_mode", "description", "tags"));

    private final SpecLoader loader;
    private final CheckedSpec pipeline;
    private final ObjectNode jobs;

    PipelineLoading(SpecLoader loader, CheckedSpec pipeline) {
        this.loader = loader;
        this.pipeline = pipeline;
        ObjectNode declared = pipeline.object("jobs");
        this.jobs = declared == null ? RestBody.object() : declared;
    }

    List<PipelineStep> steps() {
        List<PipelineStep> steps = new ArrayList<>();
        jobs.properties().forEach(entry -> {
            if (entry.getValue() instanceof ObjectNode step) {
                steps.add(new PipelineStep(entry.getKey(), step, pipeline.directory(), component(step)));
            }
        });
        return steps;
    }

    /** The component of a step; null for AutoML, which has none. */
    private @Nullable ComponentUse component(ObjectNode step) {
        String type = stepType(step);
        JsonNode component = step.get(type.equals("sweep") ? "trial" : "component");
        if (component instanceof ObjectNode inline) {
            return inline(new CheckedSpec(pipeline.kind(), pipeline.file(), inline), type);
        }
        if (component == null || component.isNull()) {
            return type.equals("automl") ? null : written(step, type);
        }
        String text = component.asText();
        AssetReference reference = AssetReference.parse(text, pipeline.directory());
        return reference instanceof AssetReference.Local local
                ? fromFile(local.path(), text.startsWith("file:"))
                : new ComponentUse.Reference(reference);
    }

    static String stepType(ObjectNode step) {
        String type = CheckedSpec.text(step, "type");
        return type == null ? "command" : type;
    }

    private ComponentUse written(ObjectNode step, String type) {
        if (type.equals("data_transfer")) {
            String task = String.valueOf(CheckedSpec.text(step, "task"));
            if (!task.equals("copy_data")) {
                return ComponentUse.Builtin.transfer(task, step);
            }
        }
        if (!OF_THE_COMPONENT.containsKey(type)) {
            throw AmlException.of(
                            ErrorCode.SPEC_UNSUPPORTED,
                            pipeline.file().getFileName() + ": a step of type " + type + " needs a 'component'")
                    .remedy("Register it as a component and refer to it as azureml:<name>:<version>.")
                    .build();
        }
        return inline(asComponent(step, type), type);
    }

    private ComponentUse inline(CheckedSpec content, String type) {
        String leaf = type.equals("sweep") ? "command" : type;
        return new ComponentUse.Inline(
                loader.stepComponent(content, leaf, StepComponentSpec.FROM_JOB), StepComponentSpec.FROM_JOB);
    }

    /** The official client takes a file behind {@code file:} for a part of the job itself. */
    private ComponentUse fromFile(Path file, boolean partOfJob) {
        String source = partOfJob && !pipeline.kind().name().equals("pipeline-component")
                ? StepComponentSpec.FROM_JOB
                : StepComponentSpec.FROM_COMPONENT;
        return new ComponentUse.Inline(loader.component(file, source), source);
    }

    /** The component that a written-out step stands for; types of inputs come from what is bound to them. */
    private CheckedSpec asComponent(ObjectNode step, String type) {
        ObjectNode component = RestBody.object();
        OF_THE_COMPONENT.getOrDefault(type, List.of()).forEach(key -> RestBody.set(component, key, step.get(key)));
        if (component.path("tags").isEmpty()) {
            component.remove("tags");
        }
        ObjectNode inputs = component.putObject("inputs");
        if (step.get("inputs") instanceof ObjectNode given) {
            given.properties().forEach(entry -> inputs.set(entry.getKey(), input(entry.getValue())));
        }
        ObjectNode outputs = component.putObject("outputs");
        if (step.get("outputs") instanceof ObjectNode given) {
            given.properties().forEach(entry -> outputs.set(entry.getKey(), output(entry.getValue())));
        }
        return new CheckedSpec(pipeline.kind(), pipeline.file(), component);
    }

    private ObjectNode input(JsonNode value) {
        ObjectNode port = RestBody.object();
        if (value instanceof ObjectNode object) {
            if (object.has("value")) {
                return input(object.get("value"));
            }
            String type = CheckedSpec.text(object, "type");
            port.put("type", type == null ? "uri_folder" : type);
            RestBody.set(port, "mode", object.get("mode"));
            return port;
        }
        String text = value.asText();
        if (text.contains("${{")) {
            port.put("type", typeOf(text));
            mode(port, "inputs", ParentBinding.INPUT.matcher(text));
            return port;
        }
        port.put("type", literalType(value));
        port.put("default", PythonScalar.text(value));
        return port;
    }

    private ObjectNode output(JsonNode value) {
        ObjectNode port = RestBody.object();
        port.put("type", "uri_folder");
        if (value instanceof ObjectNode object) {
            RestBody.set(port, "type", object.get("type"));
            RestBody.set(port, "mode", object.get("mode"));
        } else if (value.isTextual()) {
            Matcher parent = ParentBinding.OUTPUT.matcher(value.textValue());
            ObjectNode outputs = pipeline.object("outputs");
            if (parent.matches() && outputs != null && outputs.get(parent.group(1)) instanceof ObjectNode declared) {
                RestBody.set(port, "type", declared.get("type"));
            }
            mode(port, "outputs", ParentBinding.OUTPUT.matcher(value.textValue()));
        }
        return port;
    }

    /** How the pipeline mounts what is bound, the step's component mounts too. */
    private void mode(ObjectNode port, String ports, Matcher binding) {
        ObjectNode declared = pipeline.object(ports);
        if (binding.matches()
                && declared != null
                && declared.get(binding.group(1)) instanceof ObjectNode bound
                && !bound.has("value")) {
            RestBody.set(port, "mode", bound.get("mode"));
        }
    }

    private String typeOf(String binding) {
        Matcher parent = ParentBinding.INPUT.matcher(binding);
        ObjectNode inputs = pipeline.object("inputs");
        if (parent.matches() && inputs != null && inputs.has(parent.group(1))) {
            JsonNode bound = inputs.get(parent.group(1));
            return inputType(bound);
        }
        Matcher output = STEP_OUTPUT.matcher(binding);
        if (output.matches() && jobs.get(output.group(1)) instanceof ObjectNode step) {
            String type = outputType(step, output.group(2));
            return type == null ? "uri_folder" : type;
        }
        return parent.matches() || output.matches() ? "uri_folder" : "string";
    }

    private static String inputType(JsonNode input) {
        if (!(input instanceof ObjectNode object)) {
            return literalType(input);
        }
        String type = CheckedSpec.text(object, "type");
        if (type != null) {
            return type;
        }
        return object.has("value") ? literalType(object.get("value")) : "uri_folder";
    }

    private @Nullable String outputType(ObjectNode step, String output) {
        if (step.get("outputs") instanceof ObjectNode outputs && outputs.get(output) instanceof ObjectNode declared) {
            String type = CheckedSpec.text(declared, "type");
            if (type != null) {
                return type;
            }
        }
        String text = CheckedSpec.text(step, "component");
        if (text != null && AssetReference.parse(text, pipeline.directory()) instanceof AssetReference.Local local) {
            ObjectNode outputs = loader.read(local.path()).object("outputs");
            return outputs != null && outputs.get(output) instanceof ObjectNode declared
                    ? CheckedSpec.text(declared, "type")
                    : null;
        }
        return null;
    }

    private static String literalType(JsonNode value) {
        if (value.isBoolean()) {
            return "boolean";
        }
        return value.isIntegralNumber() ? "integer" : value.isNumber() ? "number" : "string";
    }

    /** Inputs of a pipeline job as a component declares them: values become defaults. */
    static @Nullable ObjectNode asDeclared(@Nullable ObjectNode inputs) {
        if (inputs == null) {
            return null;
        }
        ObjectNode declared = RestBody.object();
        for (Map.Entry<String, JsonNode> entry : inputs.properties()) {
            ObjectNode port = declared.putObject(entry.getKey());
            if (entry.getValue() instanceof ObjectNode object && !object.has("value")) {
                String type = CheckedSpec.text(object, "type");
                port.put("type", type == null ? "uri_folder" : type);
                RestBody.set(port, "mode", object.get("mode"));
                RestBody.set(port, "description", object.get("description"));
            } else {
                JsonNode value = entry.getValue() instanceof ObjectNode object ? object.get("value") : entry.getValue();
                port.put("type", literalType(value));
                port.put("default", PythonScalar.text(value));
            }
        }
        return declared;
    }
}
