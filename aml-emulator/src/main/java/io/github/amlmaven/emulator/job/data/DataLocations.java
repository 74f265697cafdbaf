package io.github.amlmaven.emulator.job.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the blobs that a data reference names. */
public final class DataLocations {

    /** Where named outputs go unless the job says otherwise. */
    public static final String DEFAULT_DATASTORE = "workspaceblobstore";

    /** Where logs and the outputs and logs folders go. */
    public static final String ARTIFACT_DATASTORE = "workspaceartifactstore";

    private static final Pattern BLOB_HOST = Pattern.compile("([a-z0-9]+)\\.blob\\..+", Pattern.CASE_INSENSITIVE);

    private final ResourceStore resources;
    private final String authority;

    /** @param authority of the emulator's own URLs, {@code localhost:port}; any loopback port is taken as its own */
    public DataLocations(ResourceStore resources, String authority) {
        this.resources = resources;
        this.authority = authority;
    }

    /**
     * The blobs that a reference names, as seen from a workspace.
     *
     * @throws DataFailure when the reference is malformed or names nothing
     */
    public BlobLocation locate(ResourceId workspace, String reference) throws DataFailure {
        DataUri uri = DataUri.parse(reference);
        if (uri instanceof DataUri.DatastorePath path) {
            return datastore(path.workspace().orElse(workspace), path.datastore())
                    .resolve(path.path());
        }
        if (uri instanceof DataUri.JobOutput output) {
            return jobOutput(workspace, output);
        }
        if (uri instanceof DataUri.AssetId asset) {
            return asset(asset.id(), reference);
        }
        if (uri instanceof DataUri.RegistryAsset asset) {
            return asset(registered(asset), reference);
        }
        if (uri instanceof DataUri.AssetName name) {
            return namedAsset(workspace, name, reference);
        }
        return web(((DataUri.Web) uri).uri());
    }

    /** The folder of a job's logs, {@code outputs} and {@code logs}. */
    public BlobLocation artifacts(ResourceId workspace, String job) throws DataFailure {
        return datastore(workspace, ARTIFACT_DATASTORE).resolve("ExperimentRun/dcid." + job);
    }

    /** The root of a datastore. */
    public BlobLocation datastore(ResourceId workspace, String name) throws DataFailure {
        ObjectNode datastore = resources
                .get(workspace.child("datastores", name))
                .orElseThrow(
                        () -> new DataFailure("Workspace '" + workspace.name() + "' has no datastore '" + name + "'."));
        String account = datastore.path("properties").path("accountName").asText();
        String container = datastore.path("properties").path("containerName").asText();
        if (account.isEmpty() || container.isEmpty()) {
            throw new DataFailure("Datastore '" + name + "' is not a blob datastore; no other kind is emulated.");
        }
        return new BlobLocation(account, container, "");
    }

    /**
     * The present ARM id of what a reference to a versioned asset names: labels become versions.
     *
     * @param type {@code data}, {@code models}, {@code environments}, {@code components} or {@code codes}
     * @param reference an ARM id with or without {@code azureml:}, {@code azureml:name:version}, {@code azureml:name@label}
     *     or {@code azureml://registries/registry/type/name/versions/version}
     */
    public Optional<ResourceId> version(ResourceId workspace, String type, String reference) throws DataFailure {
        DataUri uri = DataUri.parse(
                reference.startsWith("/") || reference.startsWith("azureml:") ? reference : "azureml:" + reference);
        if (uri instanceof DataUri.AssetName name) {
            ResourceId container = workspace.child(type, name.name());
            return existing(container.child(name.label() ? "labels" : "versions", name.version()));
        }
        if (uri instanceof DataUri.RegistryAsset asset) {
            return existing(registered(asset));
        }
        return uri instanceof DataUri.AssetId asset ? existing(asset.id()) : Optional.empty();
    }

    /** The id of what a registry has, or would have. */
    private ResourceId registered(DataUri.RegistryAsset asset) throws DataFailure {
        return resources
                .named("Microsoft.MachineLearningServices/registries", asset.registry())
                .map(registry -> new ResourceId(registry.value() + "/" + asset.path()))
                .orElseThrow(() -> new DataFailure("There is no registry '" + asset.registry() + "'."));
    }

    private Optional<ResourceId> existing(ResourceId id) {
        String label = id.segment("labels");
        if (label.isEmpty()) {
            return resources.get(id).isPresent() ? Optional.of(id) : Optional.empty();
        }
        String all = id.toString();
        ResourceId container =
                new ResourceId(all.substring(0, all.toLowerCase(Locale.ROOT).lastIndexOf("/labels/")));
        return resources.children(container, "versions").stream()
                .max(Comparator.comparing(DataLocations::created))
                .map(version -> new ResourceId(version.path("id").asText()));
    }

    private static String created(ObjectNode version) {
        return version.path("systemData").path("createdAt").asText();
    }

    private BlobLocation asset(ResourceId id, String reference) throws DataFailure {
        ResourceId version = existing(id).orElseThrow(() -> new DataFailure("'" + reference + "' does not exist."));
        ObjectNode document = resources.get(version).orElseThrow();
        String field = version.segment("models").isEmpty() ? "dataUri" : "modelUri";
        String uri = document.path("properties").path(field).asText();
        if (uri.isEmpty()) {
            throw new DataFailure("'" + reference + "' is no data or model version.");
        }
        return locate(workspaceOf(version), uri);
    }

    private BlobLocation namedAsset(ResourceId workspace, DataUri.AssetName name, String reference) throws DataFailure {
        for (String type : List.of("data", "models")) {
            Optional<ResourceId> id = existing(
                    workspace.child(type, name.name()).child(name.label() ? "labels" : "versions", name.version()));
            if (id.isPresent()) {
                return asset(id.get(), reference);
            }
        }
        throw new DataFailure("Workspace '" + workspace.name() + "' has neither data nor a model '" + reference + "'.");
    }

    private BlobLocation jobOutput(ResourceId workspace, DataUri.JobOutput output) throws DataFailure {
        if (output.output().equalsIgnoreCase(DataUri.ARTIFACTS)
                || output.output().equalsIgnoreCase("default")) {
            return artifacts(workspace, output.job()).resolve(output.path());
        }
        String uri = resources
                .get(workspace.child("jobs", output.job()))
                .map(job -> job.path("properties")
                        .path("outputs")
                        .path(output.output())
                        .path("uri")
                        .asText())
                .orElse("");
        if (uri.isEmpty()) {
            throw new DataFailure("Job '" + output.job() + "' has no output '" + output.output() + "'.");
        }
        return locate(workspace, uri).resolve(output.path());
    }

    private BlobLocation web(URI uri) throws DataFailure {
        String host = uri.getHost() == null ? "" : uri.getHost();
        String path = uri.getPath().replaceAll("^/+", "");
        var blobHost = BLOB_HOST.matcher(host);
        if (blobHost.matches()) {
            return split(blobHost.group(1), path);
        }
        if (authority.equals(uri.getAuthority()) || host.equals("localhost") || host.equals("127.0.0.1")) {
            int slash = path.indexOf('/');
            if (slash > 0) {
                return split(path.substring(0, slash), path.substring(slash + 1));
            }
        }
        throw new DataFailure("'" + uri
                + "' is not in a storage account of the emulator. Upload the file and register it" + " as data.");
    }

    private static BlobLocation split(String account, String path) {
        int slash = path.indexOf('/');
        return slash < 0
                ? new BlobLocation(account, path, "")
                : new BlobLocation(account, path.substring(0, slash), path.substring(slash + 1));
    }

    /** The workspace that a resource belongs to. */
    public static ResourceId workspaceOf(ResourceId inner) {
        String all = inner.toString();
        int start = all.toLowerCase(Locale.ROOT).indexOf("/workspaces/") + "/workspaces/".length();
        int end = all.indexOf('/', start);
        return new ResourceId(end < 0 ? all : all.substring(0, end));
    }
}
