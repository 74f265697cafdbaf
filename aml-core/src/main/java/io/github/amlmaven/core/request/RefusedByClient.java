package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.PipelineStep;
import io.github.amlmaven.core.spec.RestBody;
import io.github.amlmaven.core.spec.SparkConfigurationCheck;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the official client refuses only when a file is sent by itself, though the file may be right as a part of another.
 * Source: azure-ai-ml 1.34.0 ({@code operations}).
 */
final class RefusedByClient {

    private static final List<String> INSTANCES =
            List.of("standard_e4s_v3", "standard_e8s_v3", "standard_e16s_v3", "standard_e32s_v3", "standard_e64s_v3");
    private static final Pattern INPUT = Pattern.compile("\\$\\{\\{\\s*inputs\\.([\\w-]+)\\s*}}");

    private final SpecLoader loader;
    private final CheckedSpec spec;
    private final List<Problem> problems = new ArrayList<>();

    RefusedByClient(SpecLoader loader, CheckedSpec spec) {
        this.loader = loader;
        this.spec = spec;
    }

    /** A job's inputs have values; AutoML knows no priority, Spark no class and not every configuration. */
    void job() {
        if (spec.kind().name().equals("automl-job")
                && spec.content().at("/queue_settings/priority").isTextual()) {
            add(ErrorCode.SPEC_UNSUPPORTED, "AutoML jobs have no priority", "queue_settings", "priority");
        }
        if (spec.kind().name().equals("spark-job")) {
            spark();
        }
        if (spec.kind().name().equals("pipeline-job")) {
            if (spec.reference("component") instanceof AssetReference.Local local && !Files.exists(local.path())) {
                add(ErrorCode.FILE_MISSING, "'" + spec.text("component") + "' does not exist", "component");
                end();
            }
            computes();
        }
        JsonNode inputs = spec.content().path("inputs");
        for (Map.Entry<String, JsonNode> input : inputs.properties()) {
            JsonNode value = input.getValue();
            if (value.isObject()
                    && !value.hasNonNull("value")
                    && value.path("path").asText("").isEmpty()) {
                add(
                        ErrorCode.SPEC_MISSING_KEY,
                        "the input '" + input.getKey() + "' has no 'path'; a job cannot run without it",
                        "inputs",
                        input.getKey());
            }
        }
        for (String data : new String[] {"training_data", "validation_data", "test_data"}) {
            JsonNode value = spec.content().path(data);
            if (spec.kind().name().equals("automl-job")
                    && value.isObject()
                    && value.path("path").asText("").isEmpty()) {
                add(ErrorCode.SPEC_MISSING_KEY, "'" + data + "' has no 'path'", data);
            }
        }
        for (Map.Entry<String, JsonNode> output : spec.content().path("outputs").properties()) {
            if (output.getValue().hasNonNull("version") && !output.getValue().hasNonNull("name")) {
                add(
                        ErrorCode.SPEC_MISSING_KEY,
                        "the output '" + output.getKey() + "' has a version but no name",
                        "outputs",
                        output.getKey());
            }
        }
        end();
    }

    private void spark() {
        if (spec.content().path("entry").has("class_name")) {
            add(
                    ErrorCode.SPEC_UNSUPPORTED,
                    "a class cannot be the entry of a job of its own; name a 'file', or write a Spark component",
                    "entry");
        }
        if (spec.content().hasNonNull("compute") && spec.content().hasNonNull("resources")) {
            add(ErrorCode.SPEC_BAD_VALUE, "'compute' and 'resources' exclude each other", "resources");
        }
        if (!spec.content().hasNonNull("compute") && !spec.content().hasNonNull("resources")) {
            add(ErrorCode.SPEC_MISSING_KEY, "a Spark job needs 'compute' or 'resources'");
        }
        for (String ports : new String[] {"inputs", "outputs"}) {
            for (Map.Entry<String, JsonNode> port : spec.content().path(ports).properties()) {
                JsonNode value = port.getValue();
                boolean given = ports.equals("outputs") || value.has("path");
                if (value.isObject() && given && !isDirect(value)) {
                    add(
                            ErrorCode.SPEC_BAD_VALUE,
                            "Spark reads and writes with mode 'direct' only; '" + port.getKey() + "' has "
                                    + (value.hasNonNull("mode")
                                            ? "'" + value.path("mode").asText() + "'"
                                            : "none"),
                            ports,
                            port.getKey());
                }
            }
        }
        Matcher inputs = INPUT.matcher(spec.content().path("args").asText(""));
        while (inputs.find()) {
            if (!spec.content().path("inputs").has(inputs.group(1))) {
                add(
                        ErrorCode.SPEC_BAD_BINDING,
                        "'args' names the input '" + inputs.group(1) + "', which the job has not",
                        "args");
            }
        }
        if (!spec.content().at("/resources/runtime_version").asText("3").matches("\\d+(?:\\.\\d+)*")) {
            add(ErrorCode.SPEC_BAD_VALUE, "a runtime version is numbers and dots, such as 3.4", "resources");
        }
        String size = spec.content().at("/resources/instance_type").asText("standard_e4s_v3");
        if (!INSTANCES.contains(size.toLowerCase(Locale.ROOT)) && !size.contains("${{")) {
            add(
                    ErrorCode.SPEC_BAD_VALUE,
                    "Spark runs on " + String.join(", ", INSTANCES) + ", not on '" + size + "'",
                    "resources",
                    "instance_type");
        }
        SparkConfigurationCheck.problem(spec.content().path("conf"))
                .ifPresent(problem -> add(ErrorCode.SPEC_MISSING_KEY, problem, "conf"));
    }

    private static boolean isDirect(JsonNode port) {
        return port.path("mode").asText().equals("direct");
    }

    /** Each step runs somewhere. */
    private void computes() {
        if (spec.text("compute") != null
                || spec.content().at("/settings/default_compute").isTextual()) {
            return;
        }
        for (PipelineStep step : loader.pipelineJob(spec.file()).steps()) {
            JsonNode content = step.content();
            String type = content.path("type").asText("command");
            boolean skipped =
                    Set.of("pipeline", "if_else", "do_while", "parallel_for").contains(type)
                            || (type.equals("spark") && content.hasNonNull("resources"));
            if (!skipped && !content.hasNonNull("compute")) {
                add(
                        ErrorCode.SPEC_MISSING_KEY,
                        "the step '" + step.name() + "' has no 'compute', and the pipeline has no"
                                + " 'settings.default_compute'",
                        "jobs",
                        step.name());
            }
        }
    }

    /** An environment is an image or is built. */
    void environment() {
        if (spec.content().hasNonNull("image") && spec.content().hasNonNull("build")) {
            add(ErrorCode.SPEC_BAD_VALUE, "'image' and 'build' exclude each other", "build");
        }
        end();
    }

    /** A component that is registered has a name of lower-case letters. */
    void component() {
        String name = spec.required("name");
        if (!name.matches("[a-z][a-z\\d_]*")) {
            add(
                    ErrorCode.SPEC_BAD_NAME,
                    "'" + name + "' is no name for a component; allowed are lower-case letters, digits and '_',"
                            + " a letter first",
                    "name");
        }
        if (spec.kind().name().equals("data-transfer-component")) {
            if (spec.content().path("inputs").isEmpty()) {
                add(ErrorCode.SPEC_MISSING_KEY, "the task copy_data needs 'inputs'");
            }
            if (spec.content().path("outputs").size() != 1) {
                add(ErrorCode.SPEC_BAD_VALUE, "the task copy_data has one output", "outputs");
            }
        }
        for (Map.Entry<String, JsonNode> input : spec.content().path("inputs").properties()) {
            JsonNode otherwise = input.getValue().path("default");
            String type = input.getValue().path("type").asText();
            if (otherwise.isValueNode() && !otherwise.isNull() && !isOf(type, otherwise.asText())) {
                add(
                        ErrorCode.SPEC_BAD_VALUE,
                        "the default '" + otherwise.asText() + "' of '" + input.getKey() + "' is no " + type,
                        "inputs",
                        input.getKey());
            }
            if (!input.getKey().matches("[A-Za-z_][A-Za-z0-9_]*")) {
                add(
                        ErrorCode.SPEC_BAD_NAME,
                        "'" + input.getKey() + "' is no name for an input; allowed are letters, digits and '_',"
                                + " no digit first",
                        "inputs",
                        input.getKey());
            }
        }
        end();
    }

    private static boolean isOf(String type, String value) {
        return switch (type) {
            case "boolean" -> Set.of("true", "false").contains(value.toLowerCase(Locale.ROOT));
            case "integer", "number" ->
                value.contains("${{")
                        || PythonScalar.decimal(RestBody.JSON.textNode(value)).isPresent();
            default -> true;
        };
    }

    /** A pipeline is deployed to an endpoint. */
    void pipelineDeployment() {
        if (spec.text("endpoint_name") == null) {
            add(ErrorCode.SPEC_MISSING_KEY, "the key 'endpoint_name' is missing");
        }
        end();
    }

    /** A version counts the data of a name. */
    void data() {
        if (spec.content().hasNonNull("version") && spec.text("name") == null) {
            add(ErrorCode.SPEC_MISSING_KEY, "the data has a version but no name", "version");
        }
        end();
    }

    /** A deployment's name has no underscore. */
    void deployment() {
        String name = spec.required("name");
        boolean online = spec.kind().name().endsWith("online-deployment");
        if (online
                && (name.length() < 3 || name.length() > 32 || !name.matches("[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?"))) {
            add(
                    ErrorCode.SPEC_BAD_NAME,
                    "'" + name + "' is no name for a deployment; allowed are 3 to 32 letters, digits and hyphens,"
                            + " a letter first",
                    "name");
        }
        boolean managed = online && !"kubernetes".equals(spec.text("type"));
        String scale =
                spec.content().at("/scale_settings/type").asText("default").toLowerCase(Locale.ROOT);
        if (managed && !scale.equals("default")) {
            add(
                    ErrorCode.SPEC_BAD_VALUE,
                    "a managed endpoint scales by 'default' only; Azure Monitor's autoscale does the rest",
                    "scale_settings");
        }
        JsonNode settings = spec.content().has("settings") ? spec.content().path("settings") : spec.content();
        if (!online
                && settings.path("output_action").asText().equals("summary_only")
                && settings.hasNonNull("output_file_name")) {
            add(ErrorCode.SPEC_BAD_VALUE, "'summary_only' writes no file; remove 'output_file_name'");
        }
        JsonNode model = spec.content().path("model");
        if (model.hasNonNull("version") && !model.hasNonNull("name")) {
            add(ErrorCode.SPEC_MISSING_KEY, "the model has a version but no name", "model");
        }
        if ("model".equals(spec.text("type")) && spec.text("compute") == null) {
            add(ErrorCode.SPEC_MISSING_KEY, "the key 'compute' is missing");
        }
        if (spec.text("endpoint_name") == null && ("pipeline".equals(spec.text("type")) || online)) {
            add(ErrorCode.SPEC_MISSING_KEY, "the key 'endpoint_name' is missing");
        }
        end();
    }

    private void add(ErrorCode code, String message, String... path) {
        Location where = loader.location(spec.file(), path);
        problems.add(new Problem(code, where, message));
    }

    private void end() {
        if (!problems.isEmpty()) {
            throw AmlException.ofProblems(problems);
        }
    }
}
