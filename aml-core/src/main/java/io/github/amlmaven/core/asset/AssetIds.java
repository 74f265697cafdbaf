package io.github.amlmaven.core.asset;

import io.github.amlmaven.core.cloud.WorkspaceId;
import java.util.Set;

/** Ids of a workspace's assets. */
final class AssetIds {

    /** Inputs and paths of these types are models; all others are data. */
    static final Set<String> MODEL_TYPES = Set.of("custom_model", "mlflow_model", "triton_model");

    private final WorkspaceId workspace;

    AssetIds(WorkspaceId workspace) {
        this.workspace = workspace;
    }

    String container(String collection, String name) {
        return workspace.armId() + "/" + collection + "/" + name;
    }

    String version(String collection, String name, String version) {
        return container(collection, name) + "/versions/" + version;
    }

    String compute(String compute) {
        return compute.startsWith("/") ? compute : workspace.armId() + "/computes/" + plain(compute);
    }

    String datastore(String datastore) {
        return datastore.startsWith("/") ? datastore : workspace.armId() + "/datastores/" + plain(datastore);
    }

    /** A name without {@code azureml:} in front. */
    static String plain(String reference) {
        return reference.startsWith("azureml:") ? reference.substring("azureml:".length()) : reference;
    }
}
