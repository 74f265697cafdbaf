package io.github.amlmaven.emulator.asset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The five kinds of versioned assets, and how they differ. */
public enum AssetKind {
    MODELS("models", "ModelVersion", "ModelContainer", "modelUri") {
        @Override
        void complete(ObjectNode properties) {
            // azure-ai-ml fails on an answer without flavors.
            putIfAbsent(properties, "flavors");
            if (properties.path("modelType").asText().isEmpty()) {
                properties.put("modelType", "custom_model");
            }
        }
    },
    DATA("data", "DataVersionBase", "DataContainer", "dataType,dataUri"),
    ENVIRONMENTS(
            "environments",
            "EnvironmentVersion",
            "EnvironmentContainer",
            "image,condaFile,build,osType,inferenceConfig") {
        @Override
        void complete(ObjectNode properties) {
            if (properties.path("osType").asText().isEmpty()) {
                properties.put("osType", "Linux");
            }
            properties.put("environmentType", "UserCreated");
        }
    },
    COMPONENTS("components", "ComponentVersion", "ComponentContainer", "componentSpec"),
    CODES("codes", "CodeVersion", "CodeContainer", "codeUri");

    private final String path;
    private final String versionModel;
    private final String containerModel;
    private final String immutable;

    AssetKind(String path, String versionModel, String containerModel, String immutable) {
        this.path = path;
        this.versionModel = versionModel;
        this.containerModel = containerModel;
        this.immutable = immutable;
    }

    /** The path segment. */
    public String path() {
        return path;
    }

    /** The specification's name for a version's body. */
    public String versionModel() {
        return versionModel;
    }

    /** The specification's name for a container's body. */
    public String containerModel() {
        return containerModel;
    }

    /** Properties of a version that never change. */
    public List<String> immutable() {
        return List.of(immutable.split(",", -1));
    }

    /** Adds what the service adds to a version's properties. */
    void complete(ObjectNode properties) {}

    /** Makes sure of an object. */
    public static void putIfAbsent(ObjectNode properties, String name) {
        if (!properties.path(name).isObject()) {
            properties.putObject(name);
        }
    }
}
