package io.github.amlmaven.emulator.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.asset.AssetKind;
import io.github.amlmaven.emulator.asset.AssetVersions;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** The workspace's models as MLflow's registry. */
final class RegisteredModels {

    private static final AssetKind KIND = AssetKind.MODELS;

    private final ResourceStore resources;
    private final AssetVersions assets;
    private final Artifacts artifacts;

    RegisteredModels(ResourceStore resources, AssetVersions assets, Artifacts artifacts) {
        this.resources = resources;
        this.assets = assets;
        this.artifacts = artifacts;
    }

    static ResourceId id(ResourceId workspace, String model) {
        if (!model.matches("[a-zA-Z0-9][\\w.\\-]{0,254}")) {
            throw MlflowError.invalid("Registered model name '" + model + "' is not a valid name of an AML model.");
        }
        return workspace.child(KIND.path(), model);
    }

    ObjectNode model(ResourceId id) {
        return resources.get(id).orElseThrow(() -> MlflowError.missing("Registered Model with name=" + id.name()));
    }

    ObjectNode version(ResourceId model, String version) {
        return resources
                .get(model.child("versions", version))
                .orElseThrow(() ->
                        MlflowError.missing("Model Version (name=" + model.name() + ", version=" + version + ")"));
    }

    List<ObjectNode> models(ResourceId workspace) {
        return resources.children(workspace, KIND.path()).stream()
                .filter(model -> !model.path("properties").path("isArchived").asBoolean())
                .toList();
    }

    /** The versions of a model, the last made first. */
    List<ObjectNode> versions(ResourceId model) {
        return resources.children(model, "versions").stream()
                .filter(version ->
                        !version.path("properties").path("isArchived").asBoolean())
                .sorted(Comparator.comparing((ObjectNode version) ->
                                version.path("systemData").path("createdAt").asText())
                        .reversed())
                .toList();
    }

    synchronized ObjectNode create(ResourceId id, ObjectNode properties) {
        if (resources.get(id).isPresent()) {
            throw MlflowError.exists("Registered Model (name=" + id.name() + ")");
        }
        ObjectNode model = assets.container(KIND, id, Optional.empty(), properties);
        resources.put(id, model);
        return model;
    }

    /** Registers a folder as the next version; what the folder's {@code MLmodel} says becomes its type and flavors. */
    synchronized ObjectNode createVersion(
            ResourceId workspace, ResourceId model, ArtifactPlace place, ObjectNode properties) throws IOException {
        model(model);
        properties.put("modelUri", place.uri(workspace));
        Optional<Map<?, ?>> described = description(workspace, place);
        properties.put("modelType", described.isPresent() ? "mlflow_model" : "custom_model");
        ObjectNode flavors = properties.putObject("flavors");
        if (described.isPresent() && described.get().get("flavors") instanceof Map<?, ?> map) {
            map.forEach((flavor, data) ->
                    data(data, flavors.putObject(String.valueOf(flavor)).putObject("data")));
        }
        ResourceId id = model.child("versions", assets.next(model));
        ObjectNode version = assets.version(KIND, id, Optional.empty(), properties);
        assets.put(KIND, model, id, version);
        return version;
    }

    /** ARM's {@code FlavorData} holds strings. */
    private static void data(Object data, ObjectNode target) {
        if (data instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (value != null) {
                    target.put(String.valueOf(key), String.valueOf(value));
                }
            });
        }
    }

    private Optional<Map<?, ?>> description(ResourceId workspace, ArtifactPlace place) throws IOException {
        ArtifactPlace file = new ArtifactPlace(place.datastore(), place.path() + "/MLmodel");
        if (artifacts.length(workspace, file).isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = artifacts.open(workspace, file)) {
            Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
            return read instanceof Map<?, ?> map ? Optional.of(map) : Optional.empty();
        } catch (YAMLException e) {
            throw MlflowError.invalid("The model's MLmodel file is not YAML: " + e.getMessage());
        }
    }

    /** Changes what a client may change of a model or version. */
    ObjectNode change(ResourceId id, JsonNode description) {
        return resources.update(id, document -> {
            ((ObjectNode) document.get("properties")).set("description", description);
            return document;
        });
    }

    ObjectNode stage(ResourceId version, String stage) {
        return resources.update(version, document -> {
            ((ObjectNode) document.get("properties")).put("stage", stage);
            return document;
        });
    }

    void tag(ResourceId id, JsonNode tag) {
        resources.update(id, document -> {
            tags(document).put(tag.path("key").asText(), tag.path("value").asText());
            return document;
        });
    }

    void untag(ResourceId id, String key) {
        resources.update(id, document -> {
            tags(document).remove(key);
            return document;
        });
    }

    private static ObjectNode tags(ObjectNode document) {
        return ((ObjectNode) document.get("properties")).withObjectProperty("tags");
    }

    /** Tags as MLflow sends them, as AML keeps them. */
    static ObjectNode tags(JsonNode list) {
        ObjectNode tags = JsonNodeFactory.instance.objectNode();
        list.forEach(tag -> tags.put(tag.path("key").asText(), tag.path("value").asText()));
        return tags;
    }

    synchronized void delete(ResourceId id) {
        resources.delete(id);
    }
}
