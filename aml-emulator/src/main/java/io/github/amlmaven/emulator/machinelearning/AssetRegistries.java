package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Operations.Style;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.asset.AssetKind;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Registries of assets: the resource in Resource Manager, and the discovery by name. */
final class AssetRegistries implements Provider {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][\\w-]{2,32}");
    private static final String TYPE = WorkspaceScope.PROVIDER + "/registries";

    private final WorkspaceScope scope;
    private final RequestCheck check;
    private final AssetRegistryHome dataPlane;
    private final StorageAccounts accounts;

    AssetRegistries(WorkspaceScope scope, RequestCheck check, AssetRegistryHome dataPlane, StorageAccounts accounts) {
        this.scope = scope;
        this.check = check;
        this.dataPlane = dataPlane;
        this.accounts = accounts;
    }

    @Override
    public void declare(Routes routes) {
        String group = "/subscriptions/{s}/resourceGroups/{g}/providers/" + TYPE;
        routes.add(
                "GET",
                "/subscriptions/{s}/providers/" + TYPE,
                exchange -> WorkspaceScope.sendPage(exchange, all(scope, "")));
        routes.add(
                "GET",
                group,
                exchange -> WorkspaceScope.sendPage(
                        exchange, all(scope, "/resourcegroups/" + exchange.variable("g") + "/")));
        routes.add("GET", group + "/{r}", exchange -> exchange.send(200, existing(exchange)));
        routes.add("PUT", group + "/{r}", this::put);
        routes.add("PATCH", group + "/{r}", this::patch);
        routes.add("DELETE", group + "/{r}", this::delete);
        routes.add("GET", "/registrymanagement/v1.0/registries/{r}/discovery", this::discover);
    }

    /** A registry by its name, which is unique in a tenant. */
    static Optional<ResourceId> find(WorkspaceScope scope, String name) {
        return scope.resources().named(TYPE, name);
    }

    private static List<ObjectNode> all(WorkspaceScope scope, String below) {
        String part = below.toLowerCase(Locale.ROOT);
        return scope.context().store().list(ResourceStore.COLLECTION, "/subscriptions/").stream()
                .filter(entry -> entry.key().contains("/registries/")
                        && entry.key().contains(part)
                        && entry.key().indexOf('/', entry.key().indexOf("/registries/") + "/registries/".length()) < 0)
                .map(DocumentStore.Entry::document)
                .filter(document -> document.path("type").asText().equalsIgnoreCase(TYPE))
                .toList();
    }

    private static ResourceId addressed(Exchange exchange) {
        return new ResourceId("/subscriptions/" + exchange.variable("s") + "/resourceGroups/" + exchange.variable("g")
                + "/providers/" + TYPE + "/" + exchange.variable("r"));
    }

    private ObjectNode existing(Exchange exchange) {
        ResourceId id = addressed(exchange);
        return scope.resources().get(id).orElseThrow(() -> WorkspaceScope.notFound(id));
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = addressed(exchange);
        JsonNode body = check.body(exchange, "Registry");
        if (!NAME.matcher(id.name()).matches()) {
            throw WorkspaceScope.userError(
                    "The registry name '" + id.name()
                            + "' is not valid: it must have 3 to 33 letters, digits, '-' or '_' and start with a letter or digit.");
        }
        Optional<ResourceId> sameName = find(scope, id.name());
        if (sameName.isPresent() && !sameName.get().key().equals(id.key())) {
            throw HttpError.arm(409, "Conflict", "The registry name '" + id.name() + "' is taken.");
        }
        Optional<ObjectNode> old = scope.resources().get(id);
        ObjectNode registry = document(id, body, old);
        scope.resources().put(id, registry);
        scope.operations().start(exchange, Style.ASYNC_OPERATION, WorkspaceScope.PROVIDER, id, () -> {
            accounts.ensure(storage(id), registry.path("location").asText());
            return scope.resources().update(id, document -> {
                ((ObjectNode) document.path("properties")).put("provisioningState", "Succeeded");
                return document;
            });
        });
        exchange.send(old.isPresent() ? 200 : 201, registry);
    }

    private ObjectNode document(ResourceId id, JsonNode body, Optional<ObjectNode> old) {
        ObjectNode registry = scope.envelope(id, "registries", old);
        for (String key : new String[] {"location", "tags", "sku", "kind"}) {
            if (body.has(key)) {
                registry.set(key, body.path(key));
            }
        }
        AssetKind.putIfAbsent(registry, "tags");
        ObjectNode identity = registry.putObject("identity").put("type", "SystemAssigned");
        identity.put("principalId", guid(id)).put("tenantId", EmulatorOptions.TENANT);
        ObjectNode properties = registry.putObject("properties");
        if (body.path("properties").isObject()) {
            properties.setAll((ObjectNode) body.path("properties").deepCopy());
        }
        String location = registry.path("location").asText();
        properties
                .put(
                        "discoveryUrl",
                        scope.context().endpoints().https() + "/registrymanagement/v1.0/registries/" + id.name()
                                + "/discovery")
                .put("mlFlowRegistryUri", "azureml://" + location + ".api.azureml.ms/mlflow/v1.0" + id.value())
                .put(
                        "publicNetworkAccess",
                        properties.path("publicNetworkAccess").asText("Enabled"))
                .put(
                        "intellectualPropertyPublisher",
                        properties.path("intellectualPropertyPublisher").asText(""))
                .put("provisioningState", old.isPresent() ? "Updating" : "Creating");
        if (properties.path("intellectualPropertyPublisher").asText().isEmpty()) {
            properties.putNull("intellectualPropertyPublisher");
        }
        return registry;
    }

    private static String guid(ResourceId id) {
        return UUID.nameUUIDFromBytes(id.key().getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** The storage account that the service makes for a registry. */
    static ResourceId storage(ResourceId registry) {
        String group = registry.value().substring(0, registry.value().indexOf("/providers/"));
        String name = "reg" + guid(registry).replace("-", "").substring(0, 21);
        return new ResourceId(group + "/providers/Microsoft.Storage/storageAccounts/" + name);
    }

    private void patch(Exchange exchange) throws IOException {
        JsonNode body = check.body(exchange, "PartialRegistryPartialTrackedResource");
        ObjectNode registry = existing(exchange);
        if (body.path("tags").isObject()) {
            registry.set("tags", body.path("tags"));
        }
        scope.resources().put(addressed(exchange), registry);
        exchange.send(200, registry);
    }

    private void delete(Exchange exchange) throws IOException {
        scope.delete(exchange, addressed(exchange));
    }

    /** Where a registry is and who serves it ({@code RegistryDiscoveryDto}). */
    private void discover(Exchange exchange) throws IOException {
        dataPlane.admit(exchange);
        ResourceId id = dataPlane.registry(exchange.variable("r"));
        ObjectNode registry = scope.resources().get(id).orElseThrow(() -> WorkspaceScope.notFound(id));
        String location = registry.path("location").asText();
        ObjectNode answer = JsonNodeFactory.instance
                .objectNode()
                .put("registryName", id.name())
                .put("tenantId", EmulatorOptions.TENANT)
                .put("primaryRegion", location)
                .put("subscriptionId", id.segment("subscriptions"))
                .put("resourceGroup", id.segment("resourceGroups"))
                .put(
                        "primaryRegionResourceProviderUri",
                        scope.context().endpoints().https() + "/");
        answer.putArray("regions").add(location);
        exchange.send(200, answer);
    }
}
