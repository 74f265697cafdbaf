package io.github.amlmaven.core.asset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.content.AssetHash;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.AssetResolver;
import io.github.amlmaven.core.spec.ComponentHash;
import io.github.amlmaven.core.spec.ComponentSpec;
import io.github.amlmaven.core.spec.EnvironmentSpec;
import io.github.amlmaven.core.spec.ModelSpec;
import org.jspecify.annotations.Nullable;

/**
 * Resolves without sending anything: for dry runs, and for telling whether anything has changed. Local content appears
 * by its hash, so that two renderings are equal exactly when the content is.
 */
public final class OfflineAssets implements AssetResolver {

    private final AssetIds ids;
    private final WorkspaceId workspace;

    public OfflineAssets(WorkspaceId workspace) {
        this.ids = new AssetIds(workspace);
        this.workspace = workspace;
    }

    @Override
    public String code(AssetReference code) {
        return code instanceof AssetReference.Local local
                ? ids.version("codes", "sha256-" + AssetHash.content(local.path()), "1")
                : existing("codes", code);
    }

    @Override
    public String environment(AssetReference environment) {
        return existing("environments", environment);
    }

    @Override
    public String environment(EnvironmentSpec environment) {
        boolean named = environment.name() != null && environment.version() != null;
        ObjectNode body = environment.toBody(this, !named);
        return ids.version(
                "environments",
                WorkspaceAssets.ANONYMOUS_ENVIRONMENT,
                Sha256.of(body.toString()).substring(0, 32));
    }

    @Override
    public String component(AssetReference component) {
        return existing("components", component);
    }

    @Override
    public String component(ComponentSpec component) {
        ObjectNode body = component.toBody(this, WorkspaceAssets.ANONYMOUS_COMPONENT, "1");
        return ids.version("components", WorkspaceAssets.ANONYMOUS_COMPONENT, ComponentHash.anonymousVersion(body));
    }

    @Override
    public String model(AssetReference model) {
        return existing("models", model);
    }

    @Override
    public String model(ModelSpec model) {
        return ids.version(
                "models",
                model.name() == null ? "azureml_anonymous" : model.name(),
                Sha256.of(model.toBody(this).toString()).substring(0, 16));
    }

    @Override
    public String compute(String compute) {
        return ids.compute(compute);
    }

    @Override
    public String datastore(String datastore) {
        return ids.datastore(datastore);
    }

    @Override
    public String input(AssetReference data, String type, @Nullable String datastore) {
        return data instanceof AssetReference.Local
                ? dataUri(data, datastore)
                : existing(AssetIds.MODEL_TYPES.contains(type) ? "models" : "data", data);
    }

    @Override
    public String modelUri(AssetReference path, @Nullable String datastore) {
        return path instanceof AssetReference.Local local
                ? ArtifactUpload.place(local.path(), datastore).longForm(workspace)
                : path.toString();
    }

    @Override
    public String dataUri(AssetReference path, @Nullable String datastore) {
        return path instanceof AssetReference.Local local
                ? ArtifactUpload.place(local.path(), datastore).shortForm()
                : path.toString();
    }

    @Override
    public String buildContext(AssetReference path, @Nullable String datastore) {
        return dataUri(path, datastore) + "/";
    }

    private String existing(String collection, AssetReference reference) {
        if (reference instanceof AssetReference.Named named) {
            String label = named.label() == null ? "latest" : named.label();
            return named.version() == null
                    ? ids.container(collection, named.name()) + "/labels/" + label
                    : ids.version(collection, named.name(), named.version());
        }
        return reference.toString();
    }
}
