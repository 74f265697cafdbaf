package io.github.amlmaven.core.asset;

import com.azure.storage.blob.BlobContainerClient;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.AssetHash;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.EnvironmentSpec;
import io.github.amlmaven.core.spec.ModelSpec;
import io.github.amlmaven.core.storage.Datastore;
import io.github.amlmaven.core.storage.DatastoreUri;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Resolves against a workspace: uploads local content, makes anonymous assets, looks up labels. What was resolved once
 * is not asked for again.
 */
public final class WorkspaceAssets extends AssetResolution {

    private final AzureClients clients;
    private final ArtifactUpload uploads;
    private final CodeAssets codes;
    private final Map<String, String> latest = new LinkedHashMap<>();
    private final Map<String, String> made = new LinkedHashMap<>();

    public WorkspaceAssets(AzureClients clients, Progress progress) {
        super(clients.workspace());
        this.clients = clients;
        this.uploads = new ArtifactUpload(clients, progress);
        this.codes = new CodeAssets(clients, uploads.datastores(), progress);
    }

    @Override
    public String environment(EnvironmentSpec environment) {
        boolean named = isNamed(environment);
        ObjectNode body = environment.toBody(this, !named);
        return made(named ? namedEnvironment(environment) : anonymousEnvironment(body), body);
    }

    @Override
    public String component(AssetReference component) {
        if (component instanceof AssetReference.Named named && named.version() == null) {
            String label = named.label() == null ? "default" : named.label();
            return label.equals("default")
                    ? ids().container("components", named.name()) + "/labels/default"
                    : existing("components", component);
        }
        return existing("components", component);
    }

    @Override
    public String model(ModelSpec model) {
        ObjectNode body = model.toBody(this);
        String name = model.name() == null ? ANONYMOUS : model.name();
        String version = model.version() == null ? shortHash(body, 16) : model.version();
        return made(ids().version("models", name, version), body);
    }

    @Override
    public String buildContext(AssetReference path, @Nullable String datastore) {
        if (!(path instanceof AssetReference.Local local)) {
            return path.toString();
        }
        DatastoreUri place = placeOf(local.path(), datastore);
        Datastore store = uploads.datastores().datastore(place.datastore());
        return clients.endpoints().blobEndpoint(store.account(), store.endpoint()) + "/" + store.container() + "/"
                + place.path() + "/";
    }

    @Override
    String codeOf(Path local) {
        return codes.id(local);
    }

    /** The id of the code asset with this content hash, if the workspace has one; nothing is uploaded. */
    Optional<String> existingCode(String hash) {
        return codes.find(hash);
    }

    @Override
    DatastoreUri placeOf(Path local, @Nullable String datastore) {
        return uploads.upload(local, AssetHash.object(local), datastore, Map.of());
    }

    /** Opens the container of a datastore, for what reads job outputs. */
    public BlobContainerClient container(String datastore) {
        return uploads.datastores().open(uploads.datastores().datastore(datastore));
    }

    @Override
    String unversioned(String collection, AssetReference.Named named) {
        if (named.label() != null && !named.label().equals("latest")) {
            return ids().container(collection, named.name()) + "/labels/" + named.label();
        }
        return latest.computeIfAbsent(collection + "/" + named.name(), key -> {
            Map<String, String> query = new LinkedHashMap<>();
            query.put("$orderBy", "createdtime desc");
            query.put("$top", "1");
            return clients.arm()
                    .list(ids().container(collection, named.name()) + "/versions", ApiVersions.MACHINE_LEARNING, query)
                    .map(version -> version.path("id").asText())
                    .findFirst()
                    .orElseThrow(
                            () -> AmlException.of(ErrorCode.ARM_NOT_FOUND, "The workspace has no version of " + key)
                                    .build());
        });
    }

    @Override
    String made(String id, ObjectNode body) {
        return made.computeIfAbsent(id, absent -> {
            clients.arm().put(id, ApiVersions.MACHINE_LEARNING, body);
            return id;
        });
    }
}
