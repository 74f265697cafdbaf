package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Operations.Style;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.asset.AssetKind;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.identity.TokenAuthority;
import io.github.amlmaven.emulator.inference.EndpointAccess;
import io.github.amlmaven.emulator.inference.EndpointKeys;
import io.github.amlmaven.emulator.inference.FrontEnd;
import io.github.amlmaven.emulator.inference.OnlineDeployments;
import io.github.amlmaven.emulator.machinelearning.Lifecycle.Event;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Online or batch endpoints: the resource, its keys and its traffic. */
final class EndpointProvider implements Provider {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]");

    private final WorkspaceScope scope;
    private final EndpointKind kind;
    private final RequestCheck check;
    private final TokenAuthority tokens;
    private final EndpointKeys keys;
    private final OnlineDeployments deployments;
    private final Provisioning provisioning;

    EndpointProvider(
            WorkspaceScope scope,
            EndpointKind kind,
            RequestCheck check,
            TokenAuthority tokens,
            EndpointKeys keys,
            OnlineDeployments deployments) {
        this.scope = scope;
        this.kind = kind;
        this.check = check;
        this.tokens = tokens;
        this.keys = keys;
        this.deployments = deployments;
        this.provisioning = new Provisioning(scope, Lifecycle.ENDPOINT, scope.resources()::put);
    }

    @Override
    public void declare(Routes routes) {
        String list = WorkspaceScope.WORKSPACE + "/" + kind.path();
        String one = list + "/{name}";
        routes.add(
                "GET",
                list,
                exchange -> WorkspaceScope.sendPage(
                        exchange, scope.resources().children(scope.workspaceId(exchange), kind.path())));
        routes.add("GET", one, exchange -> exchange.send(200, find(exchange)));
        routes.add("PUT", one, this::put);
        routes.add("PATCH", one, this::patch);
        routes.add("DELETE", one, this::delete);
        routes.add("POST", one + "/listKeys", this::listKeys);
        if (kind == EndpointKind.ONLINE) {
            routes.add("POST", one + "/regenerateKeys", this::regenerateKeys);
            routes.add("POST", one + "/token", this::token);
        }
    }

    private ResourceId id(Exchange exchange) {
        return scope.workspaceId(exchange).child(kind.path(), exchange.variable("name"));
    }

    private ObjectNode find(Exchange exchange) {
        ResourceId id = id(exchange);
        return scope.resources().get(id).orElseThrow(() -> WorkspaceScope.notFound(id));
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        JsonNode body = check.body(exchange, kind.endpointModel());
        if (!NAME.matcher(id.name()).matches()) {
            throw WorkspaceScope.userError("The endpoint name '" + id.name()
                    + "' is not valid: it must start with a letter and have 3 to 32 letters, digits or dashes.");
        }
        mustBeKubernetes(body.path("properties").path("compute").asText());
        Optional<ObjectNode> old = scope.resources().get(id);
        ObjectNode endpoint = document(id, body, old);
        new Traffic(scope.resources()).check(id, kind, endpoint.path("properties"));
        keys.ensure(id, body.path("properties").path("keys"));
        provisioning.put(exchange, id, old, endpoint, Event.PUT, () -> {});
    }

    /** The compute of an online endpoint is a cluster that is attached to the workspace; managed endpoints name none. */
    private void mustBeKubernetes(String compute) {
        if (compute.isEmpty()) {
            return;
        }
        String type = scope.resources()
                .get(new ResourceId(compute))
                .map(found -> found.path("properties").path("computeType").asText())
                .orElse("");
        if (!type.equals("Kubernetes")) {
            throw WorkspaceScope.userError("The compute of an online endpoint must be an attached Kubernetes cluster, '"
                    + compute + (type.isEmpty() ? "' does not exist." : "' is of type " + type + "."));
        }
    }

    private ObjectNode document(ResourceId id, JsonNode body, Optional<ObjectNode> old) {
        ObjectNode endpoint = scope.envelope(id, "workspaces/" + kind.path(), old);
        for (String key : new String[] {"location", "tags", "sku", "kind"}) {
            if (body.has(key)) {
                endpoint.set(key, body.path(key));
            }
        }
        AssetKind.putIfAbsent(endpoint, "tags");
        endpoint.set("identity", identity(id, body.path("identity")));
        ObjectNode properties = endpoint.putObject("properties");
        properties.setAll((ObjectNode) body.path("properties").deepCopy());
        properties.remove("keys");
        AssetKind.putIfAbsent(properties, "properties");
        if (kind == EndpointKind.ONLINE) {
            boolean kubernetes = !properties.path("compute").asText().isEmpty();
            endpoint.put("kind", kubernetes ? "K8S" : "Managed");
            AssetKind.putIfAbsent(properties, "traffic");
            AssetKind.putIfAbsent(properties, "mirrorTraffic");
            properties.put(
                    "publicNetworkAccess",
                    properties.path("publicNetworkAccess").asText("Enabled"));
            String base = FrontEnd.address(scope.context(), id);
            properties.put("scoringUri", base + "/score").put("swaggerUri", base + "/swagger.json");
        } else {
            if (!properties.path("defaults").isObject()) {
                // Clients set the default on what they were given.
                properties.putObject("defaults").putNull("deploymentName");
            }
            properties.put(
                    "scoringUri",
                    scope.context().endpoints().https() + "/batchEndpoints/" + id.segment("workspaces") + "/"
                            + id.name() + "/jobs");
        }
        return endpoint;
    }

    private static ObjectNode identity(ResourceId id, JsonNode given) {
        ObjectNode identity = JsonNodeFactory.instance.objectNode();
        if (given.isObject()) {
            identity.setAll((ObjectNode) given.deepCopy());
        }
        String type = identity.path("type").asText("None");
        identity.put("type", type);
        if (type.contains("SystemAssigned")) {
            identity.put(
                            "principalId",
                            UUID.nameUUIDFromBytes(id.key().getBytes(StandardCharsets.UTF_8))
                                    .toString())
                    .put("tenantId", EmulatorOptions.TENANT);
        }
        return identity;
    }

    private void patch(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        ObjectNode endpoint = find(exchange);
        JsonNode body = check.body(exchange, "PartialMinimalTrackedResourceWithIdentity");
        Lifecycle.ENDPOINT.next(Provisioning.state(Optional.of(endpoint)), Event.PUT);
        if (body.path("tags").isObject()) {
            endpoint.set("tags", body.path("tags"));
        }
        if (body.path("identity").isObject()) {
            endpoint.set("identity", identity(id, body.path("identity")));
        }
        scope.resources().put(id, endpoint);
        exchange.send(200, endpoint);
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        provisioning.delete(exchange, id, () -> {
            for (ObjectNode deployment : scope.resources().children(id, "deployments")) {
                deployments.delete(new ResourceId(deployment.path("id").asText()));
            }
            keys.delete(id);
        });
    }

    private void listKeys(Exchange exchange) throws IOException {
        ObjectNode endpoint = find(exchange);
        requireMode(endpoint, "Key");
        exchange.send(200, keys.ensure(id(exchange), JsonNodeFactory.instance.objectNode()));
    }

    private static void requireMode(ObjectNode endpoint, String mode) {
        String present = endpoint.path("properties").path("authMode").asText();
        if (!present.equalsIgnoreCase(mode)) {
            throw WorkspaceScope.userError("The endpoint's authentication mode is " + present + ", not " + mode + ".");
        }
    }

    private void regenerateKeys(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        requireMode(find(exchange), "Key");
        JsonNode body = check.body(exchange, "RegenerateEndpointKeysRequest");
        String present = keys.ensure(id, JsonNodeFactory.instance.objectNode())
                .path(body.path("keyType").asText().equals("Primary") ? "primaryKey" : "secondaryKey")
                .asText();
        // The Python client sends the present key as the wished one, and means a new one.
        String wished = body.path("keyValue").asText("");
        String value = wished.equals(present) ? "" : wished;
        scope.operations().start(exchange, Style.LOCATION, WorkspaceScope.PROVIDER, id, () -> {
            keys.replace(id, body.path("keyType").asText().equals("Primary"), value);
            return NullNode.getInstance();
        });
        exchange.send(202);
    }

    private void token(Exchange exchange) throws IOException {
        requireMode(find(exchange), "AMLToken");
        long now = scope.context().clock().instant().getEpochSecond();
        long validity = TokenAuthority.VALIDITY.toSeconds();
        ResourceId id = id(exchange);
        exchange.send(
                200,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("accessToken", EndpointAccess.issue(tokens, id))
                        .put("expiryTimeUtc", now + validity)
                        .put("refreshAfterTimeUtc", now + validity * 3 / 4)
                        .put("tokenType", "Bearer"));
    }
}
