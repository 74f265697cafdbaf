package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds the steps of one pipeline: follows component files, and makes components of steps that are written out. */
final class PipelineLoading {

    private static final Pattern PARENT_INPUT = Pattern.compile("\\$\\{\\{\\s*parent\\.inputs\\.([\\w.-]+)\\s*}}");
    private static final Pattern STEP_OUTPUT =
            Pattern.compile("\\$\\{\\{\\s*parent\\.jobs\\.([\\w-]+)\\.outputs\\.([\\w-]+)\\s*}}");
    private static final Pattern PARENT_OUTPUT = Pattern.compile("\\$\\{\\{\\s*parent\\.outputs\\.([\\w-]+)\\s*}}");
    /** What a step keeps when the rest of it becomes a component. */
    private static final List<String> OF_THE_COMPONENT =
            List.of("command", "code", "environment", "resources", "distribution", "description", "tags");

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
                steps.add(
                        new PipelineStep(entry.getKey(), step, pipeline.directory(), component(entry.getKey(), step)));
            }
        });
        return steps;
    }

    private ComponentUse component(String name, ObjectNode step) {
        JsonNode component = step.get("component");
        if (component instanceof ObjectNode inline) {
            return inline(new CheckedSpec(pipeline.kind(), pipeline.file(), inline));
        }
        String text = CheckedSpec.text(step, "component");
        if (text == null) {
            String type = CheckedSpec.text(step, "type");
            if (type != null && !type.equals("command")) {
                throw AmlException.of(
                                ErrorCode.SPEC_UNSUPPORTED,
                                pipeline.file().getFileName() + ": the step '" + name + "' of type " + type
                                        + " can be checked but not be submitted")
                        .remedy("Register it as a component and refer to it as azureml:<name>:<version>.")
                        .build();
            }
            return inline(asComponent(step));
        }
        return AssetReference.parse(text, pipeline.directory()) instanceof AssetReference.Local local
                ? fromFile(local.path(), text.startsWith("file:"))
                : new ComponentUse.Reference(AssetReference.parse(text, pipeline.directory()));
    }

    private ComponentUse inline(CheckedSpec content) {
        return new ComponentUse.Inline(
                loader.commandComponent(content, CommandComponentSpec.FROM_JOB), CommandComponentSpec.FROM_JOB);
    }

    /** The official client takes a file behind {@code file:} for a part of the job itself. */
    private ComponentUse fromFile(Path file, boolean partOfJob) {
        String source = partOfJob && !pipeline.kind().name().equals("pipeline-component")
                ? CommandComponentSpec.FROM_JOB
                : CommandComponentSpec.FROM_COMPONENT;
        return new ComponentUse.Inline(loader.component(file, source), source);
    }

    /** The component that a written-out step stands for; types of inputs come from what is bound to them. */
    private CheckedSpec asComponent(ObjectNode step) {
        ObjectNode component = RestBody.object();
        OF_THE_COMPONENT.forEach(key -> RestBody.set(component, key, step.get(key)));
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
            String type = CheckedSpec.text(object, "type");
            port.put("type", type != null ? type : typeOf(Objects.toString(CheckedSpec.text(object, "path"), "")));
            RestBody.set(port, "mode", object.get("mode"));
            return port;
        }
        String text = value.asText();
        if (text.contains("${{")) {
            port.put("type", typeOf(text));
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
            Matcher parent = PARENT_OUTPUT.matcher(value.textValue());
            ObjectNode outputs = pipeline.object("outputs");
            if (parent.matches() && outputs != null && outputs.get(parent.group(1)) instanceof ObjectNode declared) {
                RestBody.set(port, "type", declared.get("type"));
            }
        }
        return port;
    }

    private String typeOf(String binding) {
        Matcher parent = PARENT_INPUT.matcher(binding);
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
