package io.github.amlmaven.core.asset;

import com.azure.storage.blob.BlobContainerClient;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.AssetResolver;
import io.github.amlmaven.core.spec.ComponentHash;
import io.github.amlmaven.core.spec.ComponentSpec;
import io.github.amlmaven.core.spec.EnvironmentSpec;
import io.github.amlmaven.core.spec.ModelSpec;
import io.github.amlmaven.core.storage.Datastore;
import io.github.amlmaven.core.storage.DatastoreUri;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resolves against a workspace: uploads local content, makes anonymous assets, looks up labels. What was resolved once
 * is not asked for again.
 */
public final class WorkspaceAssets implements AssetResolver {

    /** The name that azure-ai-ml gives environments without a name ({@code constants/_common.py}). */
    static final String ANONYMOUS_ENVIRONMENT = "CliV2AnonymousEnvironment";

    static final String ANONYMOUS_COMPONENT = "azureml_anonymous";

    private final AzureClients clients;
    private final AssetIds ids;
    private final ArtifactUpload uploads;
    private final CodeAssets codes;
    private final Map<String, String> latest = new LinkedHashMap<>();
    private final Map<String, String> made = new LinkedHashMap<>();

    public WorkspaceAssets(AzureClients clients, Progress progress) {
        this.clients = clients;
        this.ids = new AssetIds(clients.workspace());
        this.uploads = new ArtifactUpload(clients, progress);
        this.codes = new CodeAssets(clients, uploads.datastores(), progress);
    }

    @Override
    public String code(AssetReference code) {
        return code instanceof AssetReference.Local local ? codes.id(local.path()) : existing("codes", code);
    }

    @Override
    public String environment(AssetReference environment) {
        return existing("environments", environment);
    }

    @Override
    public String environment(EnvironmentSpec environment) {
        boolean named = environment.name() != null && environment.version() != null;
        ObjectNode body = environment.toBody(this, !named);
        String id = named
                ? ids.version("environments", String.valueOf(environment.name()), String.valueOf(environment.version()))
                : ids.version(
                        "environments",
                        ANONYMOUS_ENVIRONMENT,
                        Sha256.of(body.toString()).substring(0, 32));
        return put(id, body);
    }

    @Override
    public String component(AssetReference component) {
        if (component instanceof AssetReference.Named named && named.version() == null) {
            String label = named.label() == null ? "default" : named.label();
            return label.equals("default")
                    ? ids.container("components", named.name()) + "/labels/default"
                    : existing("components", component);
        }
        return existing("components", component);
    }

    @Override
    public String component(ComponentSpec component) {
        ObjectNode body = component.toBody(this, ANONYMOUS_COMPONENT, "1");
        return put(ids.version("components", ANONYMOUS_COMPONENT, ComponentHash.anonymousVersion(body)), body);
    }

    @Override
    public String model(AssetReference model) {
        return existing("models", model);
    }

    @Override
    public String model(ModelSpec model) {
        ObjectNode body = model.toBody(this);
        String name = model.name() == null ? "azureml_anonymous" : model.name();
        String version = model.version() == null ? Sha256.of(body.toString()).substring(0, 16) : model.version();
        return put(ids.version("models", name, version), body);
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
        if (data instanceof AssetReference.Local local) {
            return uploads.upload(local.path(), datastore, Map.of()).shortForm();
        }
        return existing(AssetIds.MODEL_TYPES.contains(type) ? "models" : "data", data);
    }

    @Override
    public String modelUri(AssetReference path, @Nullable String datastore) {
        return path instanceof AssetReference.Local local
                ? uploads.upload(local.path(), datastore, Map.of()).longForm(clients.workspace())
                : path.toString();
    }

    @Override
    public String dataUri(AssetReference path, @Nullable String datastore) {
        return path instanceof AssetReference.Local local
                ? uploads.upload(local.path(), datastore, Map.of()).shortForm()
                : path.toString();
    }

    @Override
    public String buildContext(AssetReference path, @Nullable String datastore) {
        if (!(path instanceof AssetReference.Local local)) {
            return path.toString();
        }
        DatastoreUri place = uploads.upload(local.path(), datastore, Map.of());
        Datastore store = uploads.datastores().datastore(place.datastore());
        return clients.endpoints().blobEndpoint(store.account(), store.endpoint()) + "/" + store.container() + "/"
                + place.path() + "/";
    }

    /** Opens the container of a datastore, for what reads job outputs. */
    public BlobContainerClient container(String datastore) {
        return uploads.datastores().open(uploads.datastores().datastore(datastore));
    }

    private String existing(String collection, AssetReference reference) {
        if (reference instanceof AssetReference.Named named) {
            return named.version() != null
                    ? ids.version(collection, named.name(), named.version())
                    : latest(collection, named);
        }
        return reference.toString();
    }

    private String latest(String collection, AssetReference.Named named) {
        if (named.label() != null && !named.label().equals("latest")) {
            return ids.container(collection, named.name()) + "/labels/" + named.label();
        }
        return latest.computeIfAbsent(collection + "/" + named.name(), key -> {
            Map<String, String> query = new LinkedHashMap<>();
            query.put("$orderBy", "createdtime desc");
            query.put("$top", "1");
            return clients.arm()
                    .list(ids.container(collection, named.name()) + "/versions", ApiVersions.MACHINE_LEARNING, query)
                    .map(version -> version.path("id").asText())
                    .findFirst()
                    .orElseThrow(
                            () -> AmlException.of(ErrorCode.ARM_NOT_FOUND, "The workspace has no version of " + key)
                                    .build());
        });
    }

    private String put(String id, ObjectNode body) {
        return made.computeIfAbsent(id, absent -> {
            clients.arm().put(id, ApiVersions.MACHINE_LEARNING, body);
            return id;
        });
    }
}
