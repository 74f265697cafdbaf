package io.github.amlmaven.emulator.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.job.data.DataFailure;
import io.github.amlmaven.emulator.job.data.DataUri;
import java.util.Set;

/** Registers outputs that have an asset name as data or model versions. */
final class OutputAssets {

    private static final Set<String> MODELS = Set.of("custom_model", "mlflow_model", "triton_model");

    private final ResourceStore resources;
    private final Jobs jobs;

    OutputAssets(ResourceStore resources, Jobs jobs) {
        this.resources = resources;
        this.jobs = jobs;
    }

    /** @param output a job output with {@code assetName}, {@code uri} and {@code jobOutputType} */
    void register(Job job, JsonNode output) throws JobFailure {
        String kind = output.path("jobOutputType").asText();
        boolean model = MODELS.contains(kind);
        ResourceId container = job.workspace()
                .child(model ? "models" : "data", output.path("assetName").asText());
        String version = version(container, output.path("assetVersion").asText(""));
        ResourceId id = container.child("versions", version);
        if (resources.get(id).isPresent()) {
            throw JobFailure.user("Output asset '" + container.name() + "' version '" + version + "' exists already.");
        }
        ObjectNode document = document(id, model ? "models/versions" : "data/versions");
        ObjectNode properties = document.putObject("properties");
        properties.put(model ? "modelType" : "dataType", kind);
        properties.put(
                model ? "modelUri" : "dataUri",
                longUri(job.workspace(), output.path("uri").asText()));
        properties.put("isAnonymous", false).put("isArchived", false);
        properties.putObject("tags");
        properties.putObject("properties");
        if (model) {
            properties.putObject("flavors");
            properties.put("jobName", job.name());
        }
        properties.put("provisioningState", "Succeeded");
        resources.put(id, document);
        count(container, version, model);
    }

    private String version(ResourceId container, String asked) {
        if (!asked.isEmpty()) {
            return asked;
        }
        return resources
                .get(container)
                .map(document -> document.path("properties").path("nextVersion").asText())
                .filter(next -> !next.isEmpty())
                .orElse("1");
    }

    private void count(ResourceId container, String version, boolean model) {
        resources.update(container, present -> {
            ObjectNode document = present.isEmpty() ? document(container, model ? "models" : "data") : present;
            ObjectNode properties = document.withObject("/properties");
            properties.put("latestVersion", version);
            if (version.matches("\\d{1,9}")) {
                int next = Math.max(properties.path("nextVersion").asInt(1), Integer.parseInt(version) + 1);
                properties.put("nextVersion", Integer.toString(next));
            }
            return document;
        });
    }

    private ObjectNode document(ResourceId id, String type) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", id.toString())
                .put("name", id.name())
                .put("type", "Microsoft.MachineLearningServices/workspaces/" + type);
        document.putObject("systemData")
                .put("createdAt", jobs.now())
                .put("createdBy", "emulator")
                .put("createdByType", "Application")
                .put("lastModifiedAt", jobs.now());
        return document;
    }

    /** Assets outlive the job's point of view, so their URI names the workspace too. */
    private static String longUri(ResourceId workspace, String uri) throws JobFailure {
        try {
            return DataUri.parse(uri) instanceof DataUri.DatastorePath path
                            && path.workspace().isEmpty()
                    ? "azureml:/"
                            + workspace
                                    .toString()
                                    .replace("/resourceGroups/", "/resourcegroups/")
                                    .replace("/providers/Microsoft.MachineLearningServices", "")
                            + "/datastores/" + path.datastore() + "/paths/" + path.path()
                    : uri;
        } catch (DataFailure e) {
            throw JobFailure.user(e.getMessage());
        }
    }
}
