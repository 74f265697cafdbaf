package io.github.amlmaven.emulator.job.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.job.data.BlobLocation;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.job.run.JobDefinitions;
import io.github.amlmaven.emulator.job.run.JobValues;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobFailure;
import io.github.amlmaven.emulator.storage.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * The pipeline that a batch deployment of a model stands for: one step, named {@code batchscoring} as in AML, that hands
 * mini-batches of the input's files to the scoring script.
 */
public final class BatchScoring {

    private static final String STEP = "batchscoring";
    private static final String DRIVER = "batch_driver.py";

    private final ResourceStore resources;
    private final JobDefinitions definitions;
    private final DataLocations locations;
    private final BlobStore blobs;

    public BatchScoring(ResourceStore resources, JobDefinitions definitions, DataLocations locations, BlobStore blobs) {
        this.resources = resources;
        this.definitions = definitions;
        this.locations = locations;
        this.blobs = blobs;
    }

    /**
     * The body of the pipeline job.
     *
     * @param inputs of the invocation, in the form of job inputs; the one that is no literal is scored
     * @param outputs likewise; {@code score} may say where the result goes
     * @param overrides settings that the invocation changes, keys in lower case
     */
    ObjectNode job(
            ResourceId deployment,
            ObjectNode document,
            Map<String, ObjectNode> inputs,
            Map<String, ObjectNode> outputs,
            JsonNode overrides)
            throws JobFailure {
        JsonNode settings = document.path("properties");
        ResourceId workspace = Job.workspaceOf(deployment);
        ObjectNode data = inputs.values().stream()
                .filter(input -> !JobValues.isLiteral(input))
                .findFirst()
                .orElseThrow(() -> JobFailure.user("The invocation has no data input to score."));
        ObjectNode job = JsonNodeFactory.instance.objectNode().put("jobType", Job.PIPELINE);
        job.putObject("inputs").set("data", data);
        ObjectNode score = job.putObject("outputs").putObject("score").put("jobOutputType", "uri_folder");
        if (outputs.containsKey("score") && outputs.get("score").hasNonNull("uri")) {
            score.set("uri", outputs.get("score").get("uri"));
        }
        job.putObject("settings")
                .put("default_compute", settings.path("compute").asText(""));
        ObjectNode step =
                job.putObject("jobs").putObject(STEP).put("name", STEP).put("type", "command");
        step.put("componentId", registered(workspace, component(workspace, settings, data, overrides)));
        ObjectNode bound = step.putObject("inputs");
        bound.putObject("data").put("job_input_type", "literal").put("value", "${{parent.inputs.data}}");
        bound.putObject("driver").put("job_input_type", "uri_file").put("uri", driver(workspace));
        String model = settings.path("model").path("assetId").asText("");
        if (!model.isEmpty()) {
            bound.putObject("model").put("job_input_type", "uri_folder").put("uri", model);
        }
        step.putObject("outputs").putObject("score").put("type", "literal").put("value", "${{parent.outputs.score}}");
        return job;
    }

    /** As an anonymous component: clients read a pipeline's steps by reference only. */
    private String registered(ResourceId workspace, ObjectNode component) {
        String version = UUID.nameUUIDFromBytes(component.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
        ResourceId id = workspace.child("components", "azureml_anonymous").child("versions", version);
        component.put("name", "azureml_anonymous").put("version", version);
        ObjectNode document =
                JsonNodeFactory.instance.objectNode().put("id", id.value()).put("name", version);
        document.put("type", "Microsoft.MachineLearningServices/workspaces/components/versions");
        document.putObject("properties")
                .put("isAnonymous", true)
                .put("provisioningState", "Succeeded")
                .set("componentSpec", component);
        resources.put(id, document);
        return id.value();
    }

    private ObjectNode component(ResourceId workspace, JsonNode settings, ObjectNode data, JsonNode overrides)
            throws JobFailure {
        String model = settings.path("model").path("assetId").asText("");
        String code = settings.path("codeConfiguration").path("codeId").asText("");
        ObjectNode component = JsonNodeFactory.instance.objectNode().put("type", "command");
        component.put("command", command(workspace, settings, overrides)).put("is_deterministic", false);
        if (!code.isEmpty()) {
            component.put("code", code);
        }
        component.put("environment", environment(workspace, settings, model));
        component.set(
                "environment_variables", settings.path("environmentVariables").deepCopy());
        ObjectNode inputs = component.putObject("inputs");
        inputs.putObject("data").put("type", data.path("jobInputType").asText());
        inputs.putObject("driver").put("type", "uri_file");
        if (!model.isEmpty()) {
            inputs.putObject("model").put("type", "uri_folder");
        }
        component.putObject("outputs").putObject("score").put("type", "uri_folder");
        return component;
    }

    private String command(ResourceId workspace, JsonNode settings, JsonNode overrides) throws JobFailure {
        StringBuilder command = new StringBuilder(
                "python -u \"${{inputs.driver}}\" --data \"${{inputs.data}}\"" + " --output \"${{outputs.score}}\"");
        String script = settings.path("codeConfiguration").path("scoringScript").asText("");
        String model = settings.path("model").path("assetId").asText("");
        if (!script.isEmpty()) {
            command.append(" --script ").append(quoted(script));
        }
        if (!model.isEmpty()) {
            command.append(" --model \"${{inputs.model}}\" --model-name ").append(quoted(modelName(workspace, model)));
        }
        JsonNode retry = settings.path("retrySettings");
        option(command, "mini-batch-size", overridden(settings, overrides, "miniBatchSize"));
        option(command, "concurrency", settings.path("maxConcurrencyPerInstance"));
        option(command, "max-retries", retry.path("maxRetries"));
        option(command, "error-threshold", overridden(settings, overrides, "errorThreshold"));
        option(command, "output-action", settings.path("outputAction"));
        option(command, "output-file", overridden(settings, overrides, "outputFileName"));
        if (retry.hasNonNull("timeout")) {
            command.append(" --timeout ")
                    .append(Duration.parse(retry.path("timeout").asText()).toSeconds());
        }
        return command.toString();
    }

    private static JsonNode overridden(JsonNode settings, JsonNode overrides, String name) {
        JsonNode changed = overrides.path(name.toLowerCase(Locale.ROOT));
        return changed.isValueNode() && !changed.isNull() ? changed : settings.path(name);
    }

    private static void option(StringBuilder command, String name, JsonNode value) {
        if (value.isValueNode() && !value.isNull()) {
            command.append(" --").append(name).append(' ').append(quoted(value.asText()));
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** The name under which the model lies in its directory: that of the registered folder or file. */
    private String modelName(ResourceId workspace, String model) throws JobFailure {
        String path = modelPlace(workspace, model).path();
        return path.isEmpty() ? "model" : path.substring(path.lastIndexOf('/') + 1);
    }

    private BlobLocation modelPlace(ResourceId workspace, String model) throws JobFailure {
        try {
            return locations.locate(workspace, model);
        } catch (IOException e) {
            throw JobFailure.user("The deployment's model: " + e.getMessage());
        }
    }

    /** The deployment's environment, or for an MLflow model without one the environment that the model describes. */
    private String environment(ResourceId workspace, JsonNode settings, String model) throws JobFailure {
        String given = settings.path("environmentId").asText("");
        if (!given.isEmpty()) {
            return given;
        }
        if (model.isEmpty()
                || !definitions
                        .version(workspace, "models", model)
                        .path("properties")
                        .path("modelType")
                        .asText()
                        .equals("mlflow_model")) {
            throw JobFailure.user("The deployment has no environment, and its model is no MLflow model.");
        }
        BlobLocation conda = modelPlace(workspace, model).resolve("conda.yaml");
        try (InputStream in = blobs.open(conda.account(), conda.container(), conda.path())) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return described(workspace, text);
        } catch (NoSuchFileException e) {
            throw JobFailure.user("The MLflow model has no conda.yaml, so its environment is not known.");
        } catch (IOException e) {
            throw new JobFailure("SystemError", "Cannot read the model's conda.yaml: " + e.getMessage());
        }
    }

    private String described(ResourceId workspace, String condaFile) {
        ResourceId id = workspace
                .child("environments", "azureml_mlflow_batch")
                .child("versions", Integer.toHexString(condaFile.hashCode()));
        ObjectNode version =
                JsonNodeFactory.instance.objectNode().put("id", id.value()).put("name", id.name());
        version.put("type", "Microsoft.MachineLearningServices/workspaces/environments/versions");
        version.putObject("properties")
                .put("isAnonymous", true)
                .put("osType", "Linux")
                .put("condaFile", condaFile)
                .put("provisioningState", "Succeeded");
        resources.put(id, version);
        return id.value();
    }

    /** Puts the driver where the job can read it. */
    private String driver(ResourceId workspace) throws JobFailure {
        String path = "azureml/batch/" + DRIVER;
        try (InputStream in = Objects.requireNonNull(BatchScoring.class.getResourceAsStream(DRIVER))) {
            Path file = Files.createTempFile("batch", ".py");
            try {
                Files.write(file, in.readAllBytes());
                BlobLocation root = locations.datastore(workspace, DataLocations.DEFAULT_DATASTORE);
                blobs.put(root.account(), root.container(), path, file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new JobFailure("SystemError", "Cannot prepare the batch job: " + e.getMessage());
        }
        return "azureml://datastores/" + DataLocations.DEFAULT_DATASTORE + "/paths/" + path;
    }
}
