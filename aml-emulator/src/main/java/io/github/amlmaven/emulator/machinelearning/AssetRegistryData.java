package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Operations.Style;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.asset.AssetKind;
import io.github.amlmaven.emulator.asset.AssetVersions;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.storage.BlobStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How content gets into a registry and out of it (2021-10-01-dataplanepreview). */
final class AssetRegistryData implements Provider {

    private static final Duration VALIDITY = Duration.ofHours(24);
    private static final Pattern SOURCE =
            Pattern.compile("azureml://locations/[^/]+/workspaces/([^/]+)/(\\w+)/([^/]+)/versions/([^/]+)");

    private final WorkspaceScope scope;
    private final AssetRegistryHome home;
    private final BlobStore blobs;
    private final AssetContent content;
    private final AssetVersions assets;

    AssetRegistryData(WorkspaceScope scope, AssetRegistryHome home, BlobStore blobs, AssetContent content) {
        this.scope = scope;
        this.home = home;
        this.blobs = blobs;
        this.content = content;
        this.assets = new AssetVersions(scope.resources(), scope.context().clock());
    }

    @Override
    public void declare(Routes routes) {
        routes.add("PUT", home.template() + "/tempdatarefs/{name}/versions/{version}", this::startUpload);
        routes.add("POST", home.template() + "/datarefs/{name}/versions/{version}", this::readAccess);
        routes.add("POST", home.template() + "/import", this::importAsset);
    }

    /** A container of the asset's own with a SAS to write to it; 409 when the asset is there. */
    private void startUpload(Exchange exchange) throws IOException {
        home.admit(exchange);
        ResourceId registry = home.id(exchange);
        String asset = exchange.json().path("assetId").asText("");
        String type = asset.replaceFirst("^azureml://registries/[^/]+/", "").split("/", 2)[0];
        ResourceId version =
                registry.child(type, exchange.variable("name")).child("versions", exchange.variable("version"));
        if (scope.resources().get(version).isPresent()) {
            throw HttpError.arm(409, "UserError", "The asset " + asset + " already exists.");
        }
        exchange.send(200, reference(registry, container(registry, version), "", "rcwl"));
    }

    private String container(ResourceId registry, ResourceId version) {
        String container = UUID.nameUUIDFromBytes(version.key().getBytes(StandardCharsets.UTF_8))
                .toString();
        blobs.createContainer(AssetRegistries.storage(registry).name(), container);
        return container;
    }

    private ObjectNode reference(ResourceId registry, String container, String path, String permissions) {
        ResourceId account = AssetRegistries.storage(registry);
        String root = container(account.name(), container);
        String uri = path.isEmpty() ? root : root + "/" + path;
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode reference = answer.putObject("blobReferenceForConsumption");
        reference.put("blobUri", uri).put("storageAccountArmId", account.value());
        reference
                .putObject("credential")
                .put("credentialType", "SAS")
                // Of the container, from which clients list what lies below the blobUri.
                .put("sasUri", root + "?" + blobs.containerSas(account.name(), container, permissions, VALIDITY));
        return answer;
    }

    /** With the account in the host's name: clients take a blob's path from behind the first folder of the URL. */
    private String container(String account, String container) {
        int port = scope.context().endpoints().https().getPort();
        return "https://" + account + ".blob.localhost:" + port + "/" + container;
    }

    private void readAccess(Exchange exchange) throws IOException {
        home.admit(exchange);
        ResourceId registry = home.id(exchange);
        AssetContent.Place place =
                content.locate(registry, exchange.json().path("blobUri").asText(""));
        if (!place.account().equals(AssetRegistries.storage(registry).name())) {
            throw WorkspaceScope.userError("The blob is not one of the registry's.");
        }
        exchange.send(200, reference(registry, place.container(), place.path(), "rl"));
    }

    /** Copies an asset of a workspace, content and all. */
    private void importAsset(Exchange exchange) throws IOException {
        home.admit(exchange);
        ResourceId registry = home.id(exchange);
        JsonNode asked = exchange.json().path("properties");
        Matcher source = SOURCE.matcher(asked.path("sourceAssetId").asText(""));
        if (!source.matches()) {
            throw WorkspaceScope.userError("The sourceAssetId '"
                    + asked.path("sourceAssetId").asText() + "' names no version of a workspace's asset.");
        }
        ResourceId workspace = workspace(source.group(1));
        String type = source.group(2);
        ResourceId from = workspace.child(type, source.group(3)).child("versions", source.group(4));
        ObjectNode version = scope.resources().get(from).orElseThrow(() -> WorkspaceScope.notFound(from));
        ResourceId container =
                registry.child(type, asked.path("destinationName").asText(source.group(3)));
        ResourceId to =
                container.child("versions", asked.path("destinationVersion").asText(source.group(4)));
        if (scope.resources().get(to).isPresent()) {
            throw HttpError.arm(409, "UserError", "The asset " + to.value() + " already exists.");
        }
        scope.operations().start(exchange, Style.LOCATION, WorkspaceScope.PROVIDER, to, () -> {
            ObjectNode copy = copy(registry, workspace, type, version, to);
            assets.put(kind(type), container, to, copy);
            // Without a body: azure-ai-ml takes any for something to go on with.
            return NullNode.getInstance();
        });
        exchange.send(202);
    }

    private static AssetKind kind(String type) {
        return Stream.of(AssetKind.values())
                .filter(kind -> kind.path().equals(type))
                .findFirst()
                .orElseThrow(() -> WorkspaceScope.userError("'" + type + "' are no assets."));
    }

    private ResourceId workspace(String guid) {
        return scope.context().store().list(ResourceStore.COLLECTION, "/subscriptions/").stream()
                .filter(entry -> entry.document()
                        .path("properties")
                        .path("workspaceId")
                        .asText()
                        .equals(guid))
                .map(entry -> new ResourceId(entry.document().path("id").asText()))
                .findFirst()
                .orElseThrow(() -> WorkspaceScope.userError("There is no workspace with the id " + guid + "."));
    }

    private ObjectNode copy(ResourceId registry, ResourceId workspace, String type, ObjectNode version, ResourceId to) {
        ObjectNode copy = scope.envelope(to, "registries/" + type + "/versions", Optional.empty());
        ObjectNode properties = version.path("properties").deepCopy();
        copy.set("properties", properties);
        for (String uri : List.of("modelUri", "dataUri", "codeUri")) {
            if (properties.hasNonNull(uri)) {
                AssetContent.Place from =
                        content.locate(workspace, properties.path(uri).asText());
                properties.put(uri, copied(registry, from, to));
            }
        }
        return copy;
    }

    private String copied(ResourceId registry, AssetContent.Place from, ResourceId to) {
        String name = from.path().substring(from.path().lastIndexOf('/') + 1);
        AssetContent.Place target =
                new AssetContent.Place(AssetRegistries.storage(registry).name(), container(registry, to), name);
        content.copy(from, target);
        return container(target.account(), target.container()) + "/" + target.path();
    }
}
