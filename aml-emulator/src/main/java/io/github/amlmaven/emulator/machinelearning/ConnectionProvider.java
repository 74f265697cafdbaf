package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.asset.AssetKind;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.io.IOException;
import java.util.Optional;

/**
 * Connections of a workspace to what is outside of it. Credentials are kept apart from the resource and come out by
 * listsecrets alone.
 */
final class ConnectionProvider implements Provider {

    private static final String SECRETS = "connectionSecrets";
    private static final String CREDENTIALS = "credentials";

    private final WorkspaceScope scope;
    private final DocumentStore store;
    private final RequestCheck check;

    ConnectionProvider(WorkspaceScope scope, RequestCheck check) {
        this.scope = scope;
        this.store = scope.context().store();
        this.check = check;
    }

    @Override
    public void declare(Routes routes) {
        String list = WorkspaceScope.WORKSPACE + "/connections";
        String one = list + "/{name}";
        routes.add("GET", list, this::list);
        routes.add("GET", one, exchange -> exchange.send(200, find(exchange)));
        routes.add("PUT", one, this::put);
        routes.add("PATCH", one, this::patch);
        routes.add("DELETE", one, this::delete);
        routes.add("POST", one + "/listsecrets", this::listSecrets);
    }

    private ResourceId id(Exchange exchange) {
        return scope.workspaceId(exchange).child("connections", exchange.variable("name"));
    }

    private ObjectNode find(Exchange exchange) {
        ResourceId id = id(exchange);
        return scope.resources()
                .get(id)
                .orElseThrow(() -> HttpError.arm(
                        404, "NotFound", "Connection " + id.name() + " can't be found in this workspace."));
    }

    private void list(Exchange exchange) throws IOException {
        Optional<String> category = exchange.query("category");
        Optional<String> target = exchange.query("target");
        WorkspaceScope.sendPage(
                exchange,
                scope.resources().children(scope.workspaceId(exchange), "connections").stream()
                        .filter(one -> same(one, "category", category) && same(one, "target", target))
                        .toList());
    }

    private static boolean same(JsonNode connection, String property, Optional<String> wanted) {
        return wanted.isEmpty()
                || connection.path("properties").path(property).asText().equalsIgnoreCase(wanted.get());
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        JsonNode body = check.body(exchange, "WorkspaceConnectionPropertiesV2BasicResource");
        exchange.send(200, stored(id, scope.resources().get(id), body.path("properties")));
    }

    private void patch(Exchange exchange) throws IOException {
        ObjectNode old = find(exchange);
        JsonNode change =
                check.body(exchange, "WorkspaceConnectionUpdateParameter").path("properties");
        ObjectNode properties = old.path("properties").deepCopy();
        if (change instanceof ObjectNode changed) {
            properties.setAll(changed);
        }
        exchange.send(200, stored(id(exchange), Optional.of(old), properties));
    }

    private ObjectNode stored(ResourceId id, Optional<ObjectNode> old, JsonNode given) {
        ObjectNode connection = scope.envelope(id, "workspaces/connections", old);
        ObjectNode properties = connection.putObject("properties");
        if (given instanceof ObjectNode object) {
            properties.setAll(object.deepCopy());
        }
        if (properties.path(CREDENTIALS) instanceof ObjectNode secrets) {
            store.put(SECRETS, id.key(), secrets.deepCopy());
        }
        properties.putNull(CREDENTIALS);
        AssetKind.putIfAbsent(properties, "metadata");
        properties
                .put("group", group(properties.path("category").asText()))
                .put("isSharedToAll", properties.path("isSharedToAll").asBoolean())
                .put("createdByWorkspaceArmId", id.value().replaceFirst("(?i)/connections/[^/]+$", ""));
        scope.resources().put(id, connection);
        return connection;
    }

    /** The group of a category, as far as it is one of a workspace's everyday ones (ConnectionGroup). */
    private static String group(String category) {
        return switch (category) {
            case "AzureOpenAI", "AIServices", "CognitiveService", "CognitiveSearch", "OpenAI", "Serverless" ->
                "AzureAI";
            case "AzureBlob", "AzureSqlDb", "AzureSynapseAnalytics", "ADLSGen2", "Snowflake", "S3", "Redis" ->
                "Database";
            default -> "GenericProtocol";
        };
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        store.delete(SECRETS, id.key());
        exchange.send(scope.resources().delete(id) ? 200 : 204);
    }

    private void listSecrets(Exchange exchange) throws IOException {
        ObjectNode connection = find(exchange).deepCopy();
        store.get(SECRETS, id(exchange).key())
                .ifPresent(
                        secrets -> connection.withObjectProperty("properties").set(CREDENTIALS, secrets));
        exchange.send(200, connection);
    }
}
