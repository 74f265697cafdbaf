package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.asset.AssetKind;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.inference.OnlineDeployments;
import io.github.amlmaven.emulator.machinelearning.Lifecycle.Event;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Deployments of online or batch endpoints. */
final class DeploymentProvider implements Provider {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]");

    private final WorkspaceScope scope;
    private final EndpointKind kind;
    private final RequestCheck check;
    private final OnlineDeployments deployments;
    private final Provisioning provisioning;

    DeploymentProvider(
            WorkspaceScope scope,
            EndpointKind kind,
            RequestCheck check,
            OnlineDeployments deployments,
            CoreQuota quota) {
        this.scope = scope;
        this.kind = kind;
        this.check = check;
        this.deployments = deployments;
        this.provisioning = new Provisioning(scope, Lifecycle.DEPLOYMENT, quota::claim);
    }

    @Override
    public void declare(Routes routes) {
        String list = WorkspaceScope.WORKSPACE + "/" + kind.path() + "/{endpoint}/deployments";
        String one = list + "/{name}";
        routes.add("GET", list, this::list);
        routes.add("GET", one, exchange -> exchange.send(200, find(exchange)));
        routes.add("PUT", one, this::put);
        routes.add("PATCH", one, this::patch);
        routes.add("DELETE", one, this::delete);
        if (kind == EndpointKind.ONLINE) {
            routes.add("POST", one + "/getLogs", this::logs);
        }
    }

    private ResourceId endpointId(Exchange exchange) {
        return scope.workspaceId(exchange).child(kind.path(), exchange.variable("endpoint"));
    }

    private ResourceId id(Exchange exchange) {
        return endpointId(exchange).child("deployments", exchange.variable("name"));
    }

    private ObjectNode endpoint(Exchange exchange) {
        ResourceId id = endpointId(exchange);
        return scope.resources()
                .get(id)
                .orElseThrow(() -> HttpError.arm(
                        404,
                        "ParentResourceNotFound",
                        "Failed to perform '" + exchange.method() + "' on resource(s) of type 'workspaces/"
                                + kind.path() + "/deployments', because the parent resource '" + id.value()
                                + "' could not be found."));
    }

    private ObjectNode find(Exchange exchange) {
        ResourceId id = id(exchange);
        return scope.resources().get(id).orElseThrow(() -> WorkspaceScope.notFound(id));
    }

    private void list(Exchange exchange) throws IOException {
        endpoint(exchange);
        WorkspaceScope.sendPage(exchange, scope.resources().children(endpointId(exchange), "deployments"));
    }

    private void put(Exchange exchange) throws IOException {
        ObjectNode endpoint = endpoint(exchange);
        ResourceId id = id(exchange);
        JsonNode body = check.body(exchange, kind.deploymentModel());
        if (!NAME.matcher(id.name()).matches()) {
            throw WorkspaceScope.userError("The deployment name '" + id.name()
                    + "' is not valid: it must start with a letter and have 3 to 32 letters, digits or dashes.");
        }
        new DeploymentRules(scope.resources()).check(kind, endpoint, body);
        Optional<ObjectNode> old = scope.resources().get(id);
        ObjectNode deployment = document(id, body, old);
        Event event = old.isPresent() && scaleOnly(old.get(), deployment) ? Event.SCALE : Event.PUT;
        provisioning.put(exchange, id, old, deployment, event, () -> serve(id));
    }

    private void serve(ResourceId id) {
        if (kind == EndpointKind.ONLINE) {
            deployments.start(id);
        }
    }

    private ObjectNode document(ResourceId id, JsonNode body, Optional<ObjectNode> old) {
        ObjectNode deployment = scope.envelope(id, "workspaces/" + kind.path() + "/deployments", old);
        for (String key : new String[] {"location", "tags", "sku", "identity", "kind"}) {
            if (body.has(key)) {
                deployment.set(key, body.path(key));
            }
        }
        AssetKind.putIfAbsent(deployment, "tags");
        ObjectNode properties = deployment.putObject("properties");
        properties.setAll((ObjectNode) body.path("properties").deepCopy());
        DeploymentDefaults.complete(kind, deployment);
        return deployment;
    }

    /** Only the number of instances differs. */
    private boolean scaleOnly(ObjectNode old, ObjectNode changed) {
        if (kind == EndpointKind.BATCH || old.path("sku").equals(changed.path("sku"))) {
            return false;
        }
        ObjectNode before = ((ObjectNode) old.path("properties")).deepCopy();
        ObjectNode after = ((ObjectNode) changed.path("properties")).deepCopy();
        before.remove("provisioningState");
        after.remove("provisioningState");
        return before.equals(after);
    }

    private void patch(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        ObjectNode deployment = find(exchange);
        JsonNode body = check.body(
                exchange,
                kind == EndpointKind.ONLINE
                        ? "PartialMinimalTrackedResourceWithSku"
                        : "PartialBatchDeploymentPartialMinimalTrackedResourceWithProperties");
        Event event = body.has("sku") ? Event.SCALE : Event.PUT;
        ObjectNode properties = (ObjectNode) deployment.path("properties");
        if (body.path("tags").isObject()) {
            deployment.set("tags", body.path("tags"));
        }
        if (body.path("sku").isObject()) {
            deployment.withObjectProperty("sku").setAll((ObjectNode) body.path("sku"));
        }
        if (body.path("properties").path("description").isTextual()) {
            properties.set("description", body.path("properties").path("description"));
        }
        provisioning.patch(exchange, id, deployment, event, () -> serve(id));
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        int traffic = new Traffic(scope.resources()).of(endpointId(exchange), id.name());
        if (traffic > 0 && scope.resources().get(id).isPresent()) {
            throw WorkspaceScope.userError("The deployment '" + id.name() + "' gets " + traffic
                    + " percent of the endpoint's traffic. Set that to 0 before deleting it.");
        }
        provisioning.delete(exchange, id, () -> {
            if (kind == EndpointKind.ONLINE) {
                deployments.delete(id);
            }
        });
    }

    private void logs(Exchange exchange) throws IOException {
        find(exchange);
        JsonNode body = check.body(exchange, "DeploymentLogsRequest");
        exchange.send(
                200,
                JsonNodeFactory.instance
                        .objectNode()
                        .put(
                                "content",
                                deployments.log(
                                        id(exchange),
                                        body.path("containerType").asText("InferenceServer"),
                                        body.path("tail").asInt(0))));
    }
}
