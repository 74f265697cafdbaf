package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a pipeline of the first API into a pipeline of the second: parameters and data references become inputs, a step's
 * destination that another names as its source becomes a binding, a PythonScriptStep becomes a command.
 *
 * <p>Source: https://learn.microsoft.com/azure/machine-learning/v1/reference-pipeline-yaml
 */
final class V1Conversion {

    private static final Map<String, String> INSTEAD = Map.of(
            "ParallelRunStep", "a step of type 'parallel' in a v2 pipeline",
            "DatabricksStep", "a step of type 'spark' in a v2 pipeline, or a Databricks job",
            "AzureBatchStep", "a step of type 'command' on an AmlCompute cluster",
            "DataTransferStep", "a step of type 'data_transfer' in a v2 pipeline",
            "AdlaStep", "a step of type 'spark'; Azure Data Lake Analytics is retired",
            "ModuleStep", "a registered component: component: azureml:<name>:<version>",
            "AutoMLStep", "a step of type 'automl' in a v2 pipeline",
            "HyperDriveStep", "a step of type 'sweep' in a v2 pipeline",
            "MpiStep", "a step of type 'command' with distribution: {type: mpi}",
            "EstimatorStep", "a step of type 'command'");

    private final SpecProject project;
    private final CheckedSpec source;
    private final ObjectNode pipeline;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, String> producers = new LinkedHashMap<>();

    V1Conversion(SpecProject project, CheckedSpec source) {
        this.project = project;
        this.source = source;
        this.pipeline = object(source.content(), "pipeline");
    }

    /** The pipeline job; fails with all that has no equivalent. */
    CheckedSpec convert() {
        ObjectNode job = RestBody.object();
        job.put("type", "pipeline");
        RestBody.set(job, "name", pipeline.get("name"));
        RestBody.set(job, "description", pipeline.get("description"));
        ObjectNode inputs = job.putObject("inputs");
        object(pipeline, "parameters")
                .properties()
                .forEach(entry -> inputs.set(entry.getKey(), parameter(entry.getValue())));
        references().properties().forEach(entry -> inputs.set(entry.getKey(), reference(entry.getValue())));
        if (pipeline.hasNonNull("default_compute")) {
            job.putObject("settings").set("default_compute", pipeline.get("default_compute"));
        }
        ObjectNode steps = object(pipeline, "steps");
        steps.properties().forEach(entry -> produces(entry.getKey(), entry.getValue()));
        ObjectNode jobs = job.putObject("jobs");
        steps.properties()
                .forEach(entry -> jobs.set(key(entry.getKey()), step(entry.getKey(), (ObjectNode) entry.getValue())));
        if (!problems.isEmpty()) {
            throw AmlException.ofProblems(problems);
        }
        return new CheckedSpec(source.kind(), source.file(), job);
    }

    private ObjectNode references() {
        return pipeline.has("data_references")
                ? object(pipeline, "data_references")
                : object(pipeline, "data_reference");
    }

    private static JsonNode parameter(JsonNode parameter) {
        JsonNode value = parameter.get("default");
        if (value instanceof ObjectNode path) {
            return reference(path);
        }
        ObjectNode literal = RestBody.object();
        literal.set("value", value == null || value.isNull() ? RestBody.JSON.textNode("") : value);
        return literal;
    }

    private static ObjectNode reference(JsonNode reference) {
        ObjectNode input = RestBody.object();
        input.put("type", "uri_folder");
        String dataset = reference.path("dataset_name").asText("");
        input.put(
                "path",
                dataset.isEmpty()
                        ? "azureml://datastores/" + reference.path("datastore").asText() + "/paths/"
                                + reference.path("path_on_datastore").asText("")
                        : "azureml:" + dataset + "@latest");
        return input;
    }

    private void produces(String step, JsonNode content) {
        object((ObjectNode) content, "outputs")
                .properties()
                .forEach(output -> producers.put(
                        output.getValue().path("destination").asText(),
                        "${{parent.jobs." + key(step) + ".outputs." + output.getKey() + "}}"));
    }

    private ObjectNode step(String name, ObjectNode step) {
        String type = step.path("type").asText();
        ObjectNode command = RestBody.object();
        if (!type.equals("PythonScriptStep")) {
            problem(
                    ErrorCode.SPEC_UNSUPPORTED,
                    name,
                    "a " + type + " has no equivalent here; use "
                            + INSTEAD.getOrDefault(type, "a step of type 'command'"));
            return command;
        }
        command.put("type", "command");
        RestBody.set(command, "display_name", step.get("name"));
        command.put("command", commandLine(step));
        RestBody.set(command, "code", step.get("source_directory"));
        RestBody.set(command, "compute", step.get("compute"));
        ObjectNode inputs = command.putObject("inputs");
        object(step, "parameters").properties().forEach(entry -> inputs.set(entry.getKey(), value(entry.getValue())));
        object(step, "inputs").properties().forEach(entry -> inputs.set(entry.getKey(), wired(name, entry.getValue())));
        ObjectNode outputs = command.putObject("outputs");
        object(step, "outputs")
                .properties()
                .forEach(entry -> outputs.putObject(entry.getKey()).put("type", "uri_folder"));
        new RunConfiguration(step).apply(name, command);
        return command;
    }

    private static String commandLine(ObjectNode step) {
        StringBuilder command =
                new StringBuilder("python ").append(step.path("script_name").asText());
        step.path("arguments").forEach(argument -> command.append(' ').append(token(PythonScalar.text(argument))));
        return command.toString();
    }

    /** {@code input:x}, {@code output:x} and {@code parameter:x} stand for values; all else is an argument as it is. */
    private static String token(String argument) {
        int colon = argument.indexOf(':');
        String name = argument.substring(colon + 1);
        return switch (colon < 0 ? "" : argument.substring(0, colon)) {
            case "input", "side_input", "parameter" -> "${{inputs." + name + "}}";
            case "output" -> "${{outputs." + name + "}}";
            default -> argument.matches("[\\w./:=@%+,-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
        };
    }

    private static JsonNode value(JsonNode value) {
        return value instanceof ObjectNode bound
                ? RestBody.JSON.textNode(
                        "${{parent.inputs." + bound.path("source").asText() + "}}")
                : value;
    }

    private JsonNode wired(String step, JsonNode input) {
        String name = input.path("source").asText();
        String producer = producers.get(name);
        boolean declared =
                references().has(name) || object(pipeline, "parameters").has(name);
        if (producer == null && !declared) {
            problem(
                    ErrorCode.SPEC_BAD_BINDING,
                    step,
                    "the source '" + name + "' is neither a data reference nor the destination of a step"
                            + Suggestion.sentence(name, producers.keySet()));
        }
        ObjectNode bound = RestBody.object();
        bound.put("type", "uri_folder");
        bound.put("path", producer == null ? "${{parent.inputs." + name + "}}" : producer);
        return bound;
    }

    /** Step names of v2 are lower-case identifiers. */
    private static String key(String name) {
        String key = name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return key.isEmpty() || Character.isDigit(key.charAt(0)) ? "step_" + key : key;
    }

    private void problem(ErrorCode code, String step, String message) {
        Path shown = source.file().startsWith(project.directory())
                ? project.directory().relativize(source.file())
                : source.file();
        problems.add(new Problem(code, place(step, shown), "step '" + step + "': " + message));
    }

    private Location place(String step, Path shown) {
        SpecNode root = project.read(source.file()).document().root();
        if (root instanceof SpecNode.Mapping top
                && top.get("pipeline") instanceof SpecNode.Mapping body
                && body.get("steps") instanceof SpecNode.Mapping steps
                && steps.get(step) instanceof SpecNode.Mapping found) {
            return found.location();
        }
        return new Location(shown, 1, 1);
    }

    private static ObjectNode object(ObjectNode parent, String key) {
        return parent.get(key) instanceof ObjectNode child ? child : RestBody.object();
    }

    /** What a step's {@code runconfig} says about environment, nodes and processes. */
    private final class RunConfiguration {

        private final ObjectNode content;
        private final Path directory;

        RunConfiguration(ObjectNode step) {
            JsonNode declared = step.get("runconfig");
            if (declared instanceof ObjectNode inline) {
                content = inline;
                directory = source.directory();
            } else if (declared != null && declared.isTextual()) {
                Path file = source.directory().resolve(declared.textValue());
                SpecDocument document = project.reader().read(file, project.directory());
                content = SchemaReading.anything(document.mapping()) instanceof ObjectNode read
                        ? read
                        : RestBody.object();
                directory = document.directory();
            } else {
                content = RestBody.object();
                directory = source.directory();
            }
        }

        void apply(String step, ObjectNode command) {
            ObjectNode environment = object(content, "environment");
            JsonNode use = environment(environment);
            if (use == null) {
                problem(
                        ErrorCode.SPEC_MISSING_KEY,
                        step,
                        "the runconfig names no environment; set environment.name or environment.docker.baseImage");
            } else {
                command.set("environment", use);
            }
            ObjectNode variables = object(environment, "environmentVariables");
            if (!variables.isEmpty()) {
                command.set("environment_variables", variables);
            }
            int nodes = content.path("nodeCount").asInt(1);
            if (nodes > 1) {
                command.putObject("resources").put("instance_count", nodes);
            }
            distribution(command);
            if (!command.hasNonNull("compute") && content.path("target").isTextual()) {
                command.set("compute", content.get("target"));
            }
        }

        private void distribution(ObjectNode command) {
            String communicator = content.path("communicator").asText("None");
            String framework = content.path("framework").asText("Python");
            int mpi = content.path("mpi").path("processCountPerNode").asInt(1);
            if (communicator.equalsIgnoreCase("OpenMpi") || communicator.equalsIgnoreCase("IntelMpi")) {
                command.putObject("distribution").put("type", "mpi").put("process_count_per_instance", mpi);
            } else if (framework.equalsIgnoreCase("PyTorch")) {
                int processes = content.path("pytorch").path("processCount").asInt(mpi);
                command.putObject("distribution").put("type", "pytorch").put("process_count_per_instance", processes);
            } else if (framework.equalsIgnoreCase("TensorFlow")) {
                command.putObject("distribution")
                        .put("type", "tensorflow")
                        .put(
                                "worker_count",
                                content.path("tensorflow").path("workerCount").asInt(1))
                        .put(
                                "parameter_server_count",
                                content.path("tensorflow")
                                        .path("parameterServerCount")
                                        .asInt(0));
            }
        }

        private @Nullable JsonNode environment(ObjectNode environment) {
            String name = environment.path("name").asText("");
            String version = environment.path("version").asText("");
            String image = environment.path("docker").path("baseImage").asText("");
            if (image.isEmpty()) {
                return name.isEmpty()
                        ? null
                        : RestBody.JSON.textNode("azureml:" + name + (version.isEmpty() ? "@latest" : ":" + version));
            }
            ObjectNode inline = RestBody.object();
            inline.put("image", image);
            JsonNode conda = environment.path("python").path("condaDependencies");
            String file =
                    environment.path("python").path("condaDependenciesFile").asText("");
            if (conda.isObject()) {
                inline.set("conda_file", conda);
            } else if (!file.isEmpty()) {
                inline.put("conda_file", directory.resolve(file).toString());
            }
            return inline;
        }
    }
}
