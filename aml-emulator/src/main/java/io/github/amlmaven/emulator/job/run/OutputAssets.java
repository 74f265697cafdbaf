package io.github.amlmaven.emulator.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.asset.AssetKind;
import io.github.amlmaven.emulator.asset.AssetVersions;
import io.github.amlmaven.emulator.job.data.DataFailure;
import io.github.amlmaven.emulator.job.data.DataUri;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobFailure;
import java.util.Optional;
import java.util.Set;

/** Registers outputs that have an asset name as data or model versions. */
public final class OutputAssets {

    private static final Set<String> MODELS = Set.of("custom_model", "mlflow_model", "triton_model");

    private final ResourceStore resources;
    private final AssetVersions assets;

    public OutputAssets(ResourceStore resources, AssetVersions assets) {
        this.resources = resources;
        this.assets = assets;
    }

    /** @param output a job output with {@code assetName}, {@code uri} and {@code jobOutputType} */
    public synchronized void register(Job job, JsonNode output) throws JobFailure {
        String type = output.path("jobOutputType").asText();
        boolean model = MODELS.contains(type);
        AssetKind kind = model ? AssetKind.MODELS : AssetKind.DATA;
        ResourceId container =
                job.workspace().child(kind.path(), output.path("assetName").asText());
        String asked = output.path("assetVersion").asText("");
        ResourceId id = container.child("versions", asked.isEmpty() ? assets.next(container) : asked);
        if (resources.get(id).isPresent()) {
            throw JobFailure.user(
                    "Output asset '" + container.name() + "' version '" + id.name() + "' exists already.");
        }
        ObjectNode properties = JsonNodeFactory.instance.objectNode();
        properties.put(model ? "modelType" : "dataType", type);
        properties.put(
                model ? "modelUri" : "dataUri",
                longUri(job.workspace(), output.path("uri").asText()));
        if (model) {
            properties.put("jobName", job.name());
        }
        assets.put(kind, container, id, assets.version(kind, id, Optional.empty(), properties));
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
