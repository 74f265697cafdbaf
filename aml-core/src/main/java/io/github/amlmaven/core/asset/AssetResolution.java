package io.github.amlmaven.core.asset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.spec.AnonymousEnvironment;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.AssetResolver;
import io.github.amlmaven.core.spec.ComponentHash;
import io.github.amlmaven.core.spec.ComponentSpec;
import io.github.amlmaven.core.spec.EnvironmentSpec;
import io.github.amlmaven.core.storage.DatastoreUri;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What resolving has in common, whether anything is sent or not: the ids and addresses that assets get. */
abstract class AssetResolution implements AssetResolver {

    /** The name that azure-ai-ml gives environments without a name ({@code constants/_common.py}). */
    static final String ANONYMOUS_ENVIRONMENT = "CliV2AnonymousEnvironment";

    static final String ANONYMOUS = "azureml_anonymous";

    private final WorkspaceId workspace;
    private final AssetIds ids;

    AssetResolution(WorkspaceId workspace) {
        this.workspace = workspace;
        this.ids = new AssetIds(workspace);
    }

    final AssetIds ids() {
        return ids;
    }

    /** The id of the code asset with a local folder's content. */
    abstract String codeOf(Path local);

    /** Where a local file or folder is, or would be, in a datastore. */
    abstract DatastoreUri placeOf(Path local, @Nullable String datastore);

    /** The id of what is named without a version. */
    abstract String unversioned(String collection, AssetReference.Named named);

    /** The id, once the asset exists as far as this resolver makes any. */
    abstract String made(String id, ObjectNode body);

    @Override
    public final String code(AssetReference code) {
        return code instanceof AssetReference.Local local ? codeOf(local.path()) : existing("codes", code);
    }

    @Override
    public final String code(@Nullable AssetReference code, List<Path> includes) {
        if (code != null && includes.isEmpty()) {
            return code(code);
        }
        try (CombinedCode combined = CombinedCode.of(code, includes)) {
            return codeOf(combined.folder());
        }
    }

    @Override
    public final String environment(AssetReference environment) {
        return AnonymousEnvironment.isCurated(environment)
                ? environment.toString()
                : existing("environments", environment);
    }

    @Override
    public String component(AssetReference component) {
        return existing("components", component);
    }

    @Override
    public final String component(ComponentSpec component) {
        ObjectNode body = component.toBody(this, ANONYMOUS, "1");
        return made(ids.version("components", ANONYMOUS, ComponentHash.anonymousVersion(body)), body);
    }

    @Override
    public final String model(AssetReference model) {
        return existing("models", model);
    }

    @Override
    public final String compute(String compute) {
        return ids.compute(compute);
    }

    @Override
    public final String datastore(String datastore) {
        return ids.datastore(datastore);
    }

    @Override
    public final String input(AssetReference data, String type, @Nullable String datastore) {
        return data instanceof AssetReference.Local
                ? dataUri(data, datastore)
                : existing(AssetIds.MODEL_TYPES.contains(type) ? "models" : "data", data);
    }

    @Override
    public final String modelUri(AssetReference path, @Nullable String datastore) {
        return path instanceof AssetReference.Local local
                ? placeOf(local.path(), datastore).longForm(workspace)
                : path.toString();
    }

    @Override
    public final String dataUri(AssetReference path, @Nullable String datastore) {
        return path instanceof AssetReference.Local local
                ? placeOf(local.path(), datastore).shortForm()
                : path.toString();
    }

    final String existing(String collection, AssetReference reference) {
        if (reference instanceof AssetReference.Named named) {
            return named.version() != null
                    ? ids.version(collection, named.name(), named.version())
                    : unversioned(collection, named);
        }
        return reference.toString();
    }

    /** Whether an environment has a place of its own, not one by its content. */
    static boolean isNamed(EnvironmentSpec environment) {
        return environment.name() != null && environment.version() != null;
    }

    /** The place of a {@link #isNamed named} environment. */
    final String namedEnvironment(EnvironmentSpec environment) {
        return ids().version("environments", String.valueOf(environment.name()), String.valueOf(environment.version()));
    }

    final String anonymousEnvironment(ObjectNode body) {
        return ids.version("environments", ANONYMOUS_ENVIRONMENT, shortHash(body, 32));
    }

    /** A version that is the same for the same body. */
    static String shortHash(ObjectNode body, int length) {
        return Sha256.of(body.toString()).substring(0, length);
    }
}
