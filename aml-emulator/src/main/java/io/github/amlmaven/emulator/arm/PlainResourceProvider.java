package io.github.amlmaven.emulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Resources that a workspace refers to but that have no behaviour here: key vaults, application insights, log analytics,
 * managed identities. And the answer for what nobody else serves.
 */
public final class PlainResourceProvider implements Provider {

    private static final String ANY = "/subscriptions/{s}/resourceGroups/{g}/providers/{namespace}/{rest...}";
    private static final Set<String> TYPES = ordered(
            "Microsoft.KeyVault/vaults",
            "Microsoft.Insights/components",
            "Microsoft.OperationalInsights/workspaces",
            "Microsoft.ManagedIdentity/userAssignedIdentities");

    private final ResourceStore resources;

    public PlainResourceProvider(ResourceStore resources) {
        this.resources = resources;
    }

    private static Set<String> ordered(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(Set.of(names));
        return set;
    }

    @Override
    public void declare(Routes routes) {
        routes.add("GET|PUT|PATCH|POST|DELETE", ANY, this::unknown);
        for (String type : TYPES) {
            String[] parts = type.split("/", 2);
            String list = "/subscriptions/{s}/resourceGroups/{g}/providers/" + type;
            routes.add("GET", list, exchange -> list(exchange, parts[0], parts[1]));
            routes.add("GET", list + "/{name}", exchange -> exchange.send(200, find(id(exchange, type))));
            routes.add("PUT", list + "/{name}", exchange -> put(exchange, type));
            routes.add(
                    "DELETE",
                    list + "/{name}",
                    exchange -> exchange.send(resources.delete(id(exchange, type)) ? 200 : 204));
        }
    }

    private void list(Exchange exchange, String namespace, String type) throws IOException {
        ResourceId parent = new ResourceId("/subscriptions/" + exchange.variable("s") + "/resourceGroups/"
                + exchange.variable("g") + "/providers/" + namespace);
        SubscriptionProvider.sendList(exchange, resources.children(parent, type).toArray(ObjectNode[]::new));
    }

    private ObjectNode find(ResourceId id) {
        return resources.get(id).orElseThrow(() -> ArmError.resourceNotFound(id));
    }

    private void put(Exchange exchange, String type) throws IOException {
        ResourceId id = id(exchange, type);
        JsonNode body = exchange.json();
        if (body.path("location").asText().isEmpty()) {
            throw ArmError.badRequest("LocationRequired", "The location property is required for this definition.");
        }
        Optional<ObjectNode> old = resources.get(id);
        ObjectNode resource = document(id, type, body);
        resources.put(id, resource);
        exchange.send(old.isPresent() ? 200 : 201, resource);
    }

    /** The document that is stored for a body; names and keys that the service would make up follow from the id. */
    public static ObjectNode document(ResourceId id, String type, JsonNode body) {
        ObjectNode resource = JsonNodeFactory.instance.objectNode();
        resource.put("id", id.value()).put("name", id.name()).put("type", type);
        for (String key : new String[] {"location", "tags", "kind", "sku"}) {
            if (body.has(key)) {
                resource.set(key, body.path(key));
            }
        }
        ObjectNode properties = resource.putObject("properties");
        if (body.path("properties").isObject()) {
            properties.setAll((ObjectNode) body.path("properties").deepCopy());
        }
        UUID derived = UUID.nameUUIDFromBytes(id.key().getBytes(StandardCharsets.UTF_8));
        switch (type.toLowerCase(Locale.ROOT)) {
            case "microsoft.insights/components" ->
                properties.put("InstrumentationKey", derived.toString()).put("AppId", derived.toString());
            case "microsoft.keyvault/vaults" ->
                properties
                        .put("vaultUri", "https://" + id.name() + ".vault.localhost/")
                        .put("tenantId", EmulatorOptions.TENANT);
            case "microsoft.managedidentity/userassignedidentities" ->
                properties
                        .put("principalId", derived.toString())
                        .put("clientId", derived.toString())
                        .put("tenantId", EmulatorOptions.TENANT);
            default -> properties.put("customerId", derived.toString());
        }
        properties.put("provisioningState", "Succeeded");
        return resource;
    }

    private void unknown(Exchange exchange) throws IOException {
        String namespace = SubscriptionProvider.spelling(exchange.variable("namespace"));
        String type = exchange.variable("rest").split("/", 2)[0];
        throw HttpError.arm(
                404,
                "InvalidResourceType",
                "The resource type '" + type + "' could not be found in the namespace '" + namespace
                        + "' for api version '" + exchange.query("api-version").orElse("") + "'.");
    }

    private static ResourceId id(Exchange exchange, String type) {
        return new ResourceId("/subscriptions/" + exchange.variable("s") + "/resourceGroups/" + exchange.variable("g")
                + "/providers/" + type + "/" + exchange.variable("name"));
    }
}
