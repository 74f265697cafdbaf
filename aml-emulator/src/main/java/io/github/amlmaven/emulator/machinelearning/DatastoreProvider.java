package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.asset.AssetKind;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.storage.BlobStore;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Datastores. Secrets that a client stores are kept apart from the resource and come out by listSecrets alone. */
final class DatastoreProvider implements Provider {

    private static final String SECRETS = "datastoreSecrets";

    private final WorkspaceScope scope;
    private final BlobStore blobs;
    private final DocumentStore store;
    private final RequestCheck check;

    DatastoreProvider(WorkspaceScope scope, BlobStore blobs, RequestCheck check) {
        this.scope = scope;
        this.blobs = blobs;
        this.store = scope.context().store();
        this.check = check;
    }

    @Override
    public void declare(Routes routes) {
        String list = WorkspaceScope.WORKSPACE + "/datastores";
        String one = list + "/{name}";
        routes.add("GET", list, this::list);
        routes.add("GET", one, exchange -> exchange.send(200, find(exchange)));
        routes.add("PUT", one, this::put);
        routes.add("DELETE", one, this::delete);
        routes.add("POST", one + "/listSecrets", this::listSecrets);
    }

    /** The two datastores that every workspace is born with, on its storage account. */
    void createDefaults(ResourceId workspace, ObjectNode properties) {
        String account = new ResourceId(properties.path("storageAccount").asText()).name();
        String guid = properties.path("workspaceId").asText();
        createDefault(workspace, "workspaceblobstore", account, "azureml-blobstore-" + guid, true);
        createDefault(workspace, "workspaceartifactstore", account, "azureml", false);
    }

    private void createDefault(ResourceId workspace, String name, String account, String container, boolean isDefault) {
        blobs.createContainer(account, container);
        ResourceId id = workspace.child("datastores", name);
        ObjectNode datastore =
                scope.envelope(id, "workspaces/datastores", scope.resources().get(id));
        ObjectNode properties = datastore.putObject("properties");
        properties
                .put("datastoreType", "AzureBlob")
                .put("accountName", account)
                .put("containerName", container)
                .put("endpoint", scope.context().endpoints().authority())
                .put("protocol", "https")
                .put("serviceDataAccessAuthIdentity", "None")
                .put("isDefault", isDefault)
                .putNull("description");
        properties.putObject("credentials").put("credentialsType", "AccountKey");
        properties.putObject("tags");
        properties.putObject("properties");
        scope.resources().put(id, datastore);
    }

    private ResourceId id(Exchange exchange) {
        return scope.workspaceId(exchange).child("datastores", exchange.variable("name"));
    }

    private ObjectNode find(Exchange exchange) {
        ResourceId id = id(exchange);
        return scope.resources().get(id).orElseThrow(() -> WorkspaceScope.notFound(id));
    }

    private void list(Exchange exchange) throws IOException {
        Optional<String> isDefault = exchange.query("isDefault");
        List<String> names = exchange.queries().getOrDefault("names", List.of());
        String search = exchange.query("searchText").orElse("").toLowerCase(Locale.ROOT);
        List<ObjectNode> found = scope.resources().children(scope.workspaceId(exchange), "datastores").stream()
                .filter(one -> isDefault.isEmpty()
                        || Boolean.parseBoolean(isDefault.get())
                                == one.path("properties").path("isDefault").asBoolean())
                .filter(one ->
                        names.isEmpty() || names.contains(one.path("name").asText()))
                .filter(one ->
                        one.path("name").asText().toLowerCase(Locale.ROOT).contains(search))
                .sorted(Comparator.comparing(
                        one -> !one.path("properties").path("isDefault").asBoolean()))
                .toList();
        WorkspaceScope.sendPage(exchange, found);
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        JsonNode body = check.body(exchange, "Datastore");
        Optional<ObjectNode> old = scope.resources().get(id);
        ObjectNode datastore = scope.envelope(id, "workspaces/datastores", old);
        ObjectNode properties = datastore.putObject("properties");
        properties.setAll((ObjectNode) body.path("properties").deepCopy());
        AssetKind.putIfAbsent(properties, "tags");
        AssetKind.putIfAbsent(properties, "properties");
        properties.put(
                "isDefault",
                old.map(one -> one.path("properties").path("isDefault").asBoolean())
                        .orElse(false));
        ObjectNode credentials = properties.withObjectProperty("credentials");
        if (credentials.path("secrets").isObject()) {
            store.put(SECRETS, id.key(), (ObjectNode) credentials.remove("secrets"));
        }
        scope.resources().put(id, datastore);
        exchange.send(old.isPresent() ? 200 : 201, datastore);
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        store.delete(SECRETS, id.key());
        exchange.send(scope.resources().delete(id) ? 200 : 204);
    }

    private void listSecrets(Exchange exchange) throws IOException {
        ObjectNode datastore = find(exchange);
        JsonNode properties = datastore.path("properties");
        JsonNode body = check.body(exchange, "SecretExpiry");
        String type = properties.path("credentials").path("credentialsType").asText("None");
        Optional<ObjectNode> own = store.get(SECRETS, id(exchange).key());
        if (type.equals("None")) {
            throw WorkspaceScope.userError("No secrets for credentials of type None.");
        }
        if (own.isPresent()) {
            exchange.send(200, own.get().put("secretsType", type));
            return;
        }
        String account = properties.path("accountName").asText();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        if (body.path("expirableSecret").asBoolean()) {
            Duration validity = Duration.ofHours(body.path("expireAfterHours").asLong(1));
            answer.put("secretsType", "Sas")
                    .put(
                            "sasToken",
                            blobs.containerSas(
                                    account, properties.path("containerName").asText(), "racwdl", validity));
        } else {
            answer.put("secretsType", "AccountKey").put("key", blobs.accountKey(account));
        }
        exchange.send(200, answer);
    }
}
