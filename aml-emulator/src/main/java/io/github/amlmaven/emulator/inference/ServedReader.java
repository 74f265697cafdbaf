package io.github.amlmaven.emulator.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.inference.Served.Software;
import io.github.amlmaven.emulator.job.data.BlobLocation;
import io.github.amlmaven.emulator.job.data.DataFailure;
import io.github.amlmaven.emulator.job.data.DataLocations;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads a deployment's document and the versions that it names. */
final class ServedReader {

    /** Microsoft's images for inference and training: their Python is replaced by a virtual environment. */
    private static final String AML_IMAGES = "mcr.microsoft.com/azureml/";

    /** Port of images that say nothing else (azureml-inference-server-http). */
    private static final int SERVER_PORT = 5001;

    private final ResourceStore resources;
    private final DataLocations locations;

    ServedReader(ResourceStore resources, DataLocations locations) {
        this.resources = resources;
        this.locations = locations;
    }

    /** @throws ServingFailure when something that the deployment names is missing or cannot be provided here */
    Served read(ResourceId deployment, ObjectNode document) throws ServingFailure {
        ResourceId workspace = DataLocations.workspaceOf(deployment);
        JsonNode properties = document.path("properties");
        JsonNode environment =
                environment(workspace, properties.path("environmentId").asText(""));
        Optional<ModelPackage> packed = ModelPackage.in(environment);
        Optional<Served.Model> model = model(
                workspace,
                properties.path("model").asText(packed.map(ModelPackage::model).orElse("")));
        JsonNode configuration = properties.path("codeConfiguration");
        String codeId = configuration
                .path("codeId")
                .asText(packed.map(ModelPackage::code).orElse(""));
        boolean scripted = !codeId.isEmpty();
        Map<String, String> variables = new LinkedHashMap<>();
        properties
                .path("environmentVariables")
                .properties()
                .forEach(entry -> variables.put(entry.getKey(), entry.getValue().asText()));
        return new Served(
                deployment,
                software(environment, model, scripted),
                model,
                properties.path("modelMountPath").asText(""),
                scripted ? Optional.of(code(workspace, codeId)) : Optional.empty(),
                configuration
                        .path("scoringScript")
                        .asText(packed.map(ModelPackage::script).orElse("")),
                variables,
                Served.Probes.of(properties, environment.path("inferenceConfig")));
    }

    private static Software software(JsonNode environment, Optional<Served.Model> model, boolean scripted)
            throws ServingFailure {
        if (!scripted && model.map(Served.Model::type).orElse("").equals("mlflow_model")) {
            return new Software.MlflowModel();
        }
        if (!environment.isObject()) {
            throw ServingFailure.badArgument("The deployment names no environment, and its model is no MLflow model.");
        }
        if (environment.path("build").path("contextUri").isTextual()) {
            throw ServingFailure.imageBuild(
                    "The environment is built from a Dockerfile, which is not emulated. Build the"
                            + " image and push it to the emulated registry, or use an image with a conda file.");
        }
        String image = environment.path("image").asText("");
        String conda = environment.path("condaFile").asText("");
        if (!conda.isBlank() || (scripted && image.startsWith(AML_IMAGES))) {
            return new Software.Packages(image, conda);
        }
        if (image.isEmpty()) {
            throw ServingFailure.badArgument("The environment has neither an image nor a conda file.");
        }
        return new Software.Image(
                image,
                environment
                        .path("inferenceConfig")
                        .path("scoringRoute")
                        .path("port")
                        .asInt(SERVER_PORT));
    }

    private Optional<Served.Model> model(ResourceId workspace, String reference) throws ServingFailure {
        if (reference.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode version = version(workspace, "models", reference);
        ResourceId id = new ResourceId(version.path("id").asText());
        return Optional.of(new Served.Model(
                id.segment("models"),
                id.name(),
                version.path("properties").path("modelType").asText("custom_model"),
                located(
                        DataLocations.workspaceOf(id),
                        version.path("properties").path("modelUri").asText())));
    }

    private JsonNode environment(ResourceId workspace, String reference) throws ServingFailure {
        return reference.isEmpty()
                ? MissingNode.getInstance()
                : version(workspace, "environments", reference).path("properties");
    }

    private BlobLocation code(ResourceId workspace, String reference) throws ServingFailure {
        return located(
                workspace,
                version(workspace, "codes", reference)
                        .path("properties")
                        .path("codeUri")
                        .asText());
    }

    private BlobLocation located(ResourceId workspace, String uri) throws ServingFailure {
        try {
            return locations.locate(workspace, uri);
        } catch (DataFailure e) {
            throw ServingFailure.badArgument(
                    "Startup task failed: unable to download user model or code: " + e.getMessage());
        }
    }

    private ObjectNode version(ResourceId workspace, String type, String reference) throws ServingFailure {
        try {
            return locations
                    .version(workspace, type, reference)
                    .flatMap(resources::get)
                    .orElseThrow(() -> ServingFailure.badArgument(
                            "'" + reference + "' does not exist in the workspace's " + type + "."));
        } catch (DataFailure e) {
            throw ServingFailure.badArgument(
                    "'" + reference + "' is no reference to one of the workspace's " + type + ".");
        }
    }
}
