package io.github.amlmaven.core.asset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.content.AssetHash;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.EnvironmentSpec;
import io.github.amlmaven.core.spec.ModelSpec;
import io.github.amlmaven.core.storage.DatastoreUri;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Resolves without sending anything: for dry runs, and for telling whether anything has changed. Local content appears
 * by its hash, so that two renderings are equal exactly when the content is.
 */
public sealed class OfflineAssets extends AssetResolution permits PlannedAssets {

    public OfflineAssets(WorkspaceId workspace) {
        super(workspace);
    }

    @Override
    public String environment(EnvironmentSpec environment) {
        return anonymousEnvironment(environment.toBody(this, !isNamed(environment)));
    }

    @Override
    public String model(ModelSpec model) {
        String name = model.name() == null ? ANONYMOUS : model.name();
        return ids().version("models", name, shortHash(model.toBody(this), 16));
    }

    @Override
    public String buildContext(AssetReference path, @Nullable String datastore) {
        return dataUri(path, datastore) + "/";
    }

    @Override
    String codeOf(Path local) {
        return ids().version("codes", "sha256-" + AssetHash.content(local), "1");
    }

    @Override
    DatastoreUri placeOf(Path local, @Nullable String datastore) {
        return ArtifactUpload.place(local, AssetHash.object(local), datastore);
    }

    @Override
    String unversioned(String collection, AssetReference.Named named) {
        String label = named.label() == null ? "latest" : named.label();
        return ids().container(collection, named.name()) + "/labels/" + label;
    }

    @Override
    String made(String id, ObjectNode body) {
        return id;
    }
}
