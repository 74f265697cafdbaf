package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Operations.Style;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Compute targets. Clusters and instances are names with a state here: jobs run on this machine. */
final class ComputeProvider implements Provider {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9-]{1,23}");

    /** Computes that consist of virtual machines of one size. */
    private static final Set<String> MACHINES = Set.of("AmlCompute", "ComputeInstance");

    /** State of a compute instance after an action. */
    private static final Map<String, String> ACTIONS =
            Map.of("start", "Running", "stop", "Stopped", "restart", "Running");

    private final WorkspaceScope scope;
    private final RequestCheck check;

    ComputeProvider(WorkspaceScope scope, RequestCheck check) {
        this.scope = scope;
        this.check = check;
    }

    @Override
    public void declare(Routes routes) {
        String list = WorkspaceScope.WORKSPACE + "/computes";
        String one = list + "/{name}";
        routes.add(
                "GET",
                list,
                exchange -> WorkspaceScope.sendPage(
                        exchange, scope.resources().children(scope.workspaceId(exchange), "computes")));
        routes.add("GET", one, exchange -> exchange.send(200, find(exchange)));
        routes.add("PUT", one, this::put);
        routes.add("PATCH", one, this::patch);
        routes.add("DELETE", one, this::delete);
        routes.add("POST", one + "/listNodes", this::listNodes);
        routes.add("POST", one + "/enableSso", this::enableSso);
        ACTIONS.forEach(
                (action, state) -> routes.add("POST", one + "/" + action, exchange -> change(exchange, action, state)));
    }

    /** The compute that every emulated workspace has from the start. */
    void createDefault(ResourceId workspace, String name, String location) {
        ResourceId id = workspace.child("computes", name);
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("location", location);
        ObjectNode properties = body.putObject("properties").put("computeType", "AmlCompute");
        properties
                .putObject("properties")
                .put("vmSize", "Standard_DS3_v2")
                .put("vmPriority", "Dedicated")
                .putObject("scaleSettings")
                .put("minNodeCount", 0)
                .put("maxNodeCount", 4)
                .put("nodeIdleTimeBeforeScaleDown", "PT2M");
        create(id, body);
    }

    /** A Kubernetes cluster that is attached from the start. */
    void createAttached(ResourceId workspace, String name, ResourceId cluster, String location) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("location", location);
        body.putObject("properties")
                .put("computeType", "Kubernetes")
                .put("resourceId", cluster.value())
                .putObject("properties")
                .put("namespace", "default")
                .put("defaultInstanceType", "defaultinstancetype");
        create(workspace.child("computes", name), body);
    }

    private void create(ResourceId id, ObjectNode body) {
        scope.resources().put(id, settle(document(id, body, Optional.empty())));
    }

    private ResourceId id(Exchange exchange) {
        return scope.workspaceId(exchange).child("computes", exchange.variable("name"));
    }

    private ObjectNode find(Exchange exchange) {
        ResourceId id = id(exchange);
        return scope.resources()
                .get(id)
                .orElseThrow(() -> HttpError.arm(
                        404, "ComputeNotFound", "Compute with name " + id.name() + " not found in the workspace."));
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        JsonNode body = check.body(exchange, "ComputeResource");
        refuse(id, body);
        Optional<ObjectNode> old = scope.resources().get(id);
        ObjectNode compute = document(id, body, old);
        scope.resources().put(id, compute);
        scope.operations().start(exchange, Style.ASYNC_OPERATION, WorkspaceScope.PROVIDER, id, () -> {
            scope.resources().update(id, ComputeProvider::settle);
            return NullNode.getInstance();
        });
        exchange.send(old.isPresent() ? 200 : 201, compute);
    }

    private void refuse(ResourceId id, JsonNode body) {
        if (!NAME.matcher(id.name()).matches()) {
            throw HttpError.arm(
                    400,
                    "BadRequest",
                    "Compute name " + id.name()
                            + " is invalid. It must start with a letter and have 2 to 24 letters, digits or dashes.");
        }
        JsonNode properties = body.path("properties");
        String type = properties.path("computeType").asText();
        if (type.isEmpty()) {
            // The specification lets a compute be without, since one type serves all operations; the service does not.
            throw HttpError.arm(
                    400,
                    "InvalidRequestContent",
                    "The request content was invalid and could not be deserialized: 'Required property 'properties' not"
                            + " found in JSON. Path ''.'.");
        }
        String size = properties.path("properties").path("vmSize").asText();
        if (type.equals("AmlCompute") && size.isEmpty()) {
            throw HttpError.arm(400, "BadRequest", "The vmSize of an AmlCompute is required.");
        }
        if (MACHINES.contains(type) && !size.isEmpty() && !VmSize.supported(size)) {
            throw VmSize.unsupported(size, "Cluster.Properties.VMSize");
        }
        if (type.equals("Kubernetes")) {
            String cluster = properties.path("resourceId").asText();
            if (cluster.isEmpty()
                    || scope.resources().get(new ResourceId(cluster)).isEmpty()) {
                throw HttpError.arm(
                        400, "BadRequest", "The Kubernetes cluster to attach was not found: '" + cluster + "'.");
            }
        }
    }

    private ObjectNode document(ResourceId id, JsonNode body, Optional<ObjectNode> old) {
        ObjectNode compute = scope.envelope(id, "workspaces/computes", old);
        for (String key : new String[] {"location", "tags", "sku", "identity"}) {
            if (body.has(key)) {
                compute.set(key, body.path(key));
            }
        }
        ObjectNode properties = compute.putObject("properties");
        if (body.path("properties") instanceof ObjectNode given) {
            properties.setAll(given.deepCopy());
        }
        String created = compute.path("systemData").path("createdAt").asText();
        properties
                .put("provisioningState", old.isPresent() ? "Updating" : "Creating")
                .put("createdOn", created)
                .put("modifiedOn", scope.context().clock().instant().toString())
                .put(
                        "computeLocation",
                        properties
                                .path("computeLocation")
                                .asText(body.path("location").asText()))
                .put("isAttachedCompute", properties.path("resourceId").isTextual())
                .put("disableLocalAuth", properties.path("disableLocalAuth").asBoolean(true));
        properties.putArray("provisioningErrors");
        return compute;
    }

    /** What the service tells once provisioning is done. */
    private static ObjectNode settle(ObjectNode compute) {
        ObjectNode properties = (ObjectNode) compute.path("properties");
        properties.put("provisioningState", "Succeeded");
        ObjectNode inner = properties.withObjectProperty("properties");
        switch (properties.path("computeType").asText()) {
            case "AmlCompute" -> {
                ObjectNode scale = inner.withObjectProperty("scaleSettings");
                int nodes = scale.path("minNodeCount").asInt();
                inner.put("allocationState", "Steady")
                        .put("currentNodeCount", nodes)
                        .put("targetNodeCount", nodes)
                        .put("osType", inner.path("osType").asText("Linux"))
                        .put("vmPriority", inner.path("vmPriority").asText("Dedicated"));
            }
            case "ComputeInstance" -> inner.put("state", inner.path("state").asText("Running"));
            default -> {
                return compute;
            }
        }
        return compute;
    }

    private void patch(Exchange exchange) throws IOException {
        JsonNode body = check.body(exchange, "ClusterUpdateParameters");
        ObjectNode compute = find(exchange);
        JsonNode scale = body.path("properties").path("properties").path("scaleSettings");
        if (scale.isObject()) {
            ((ObjectNode) compute.path("properties"))
                    .withObjectProperty("properties")
                    .set("scaleSettings", scale);
        }
        scope.resources().put(id(exchange), settle(compute));
        exchange.send(200, compute);
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        if (scope.resources().get(id).isEmpty()) {
            exchange.send(204);
            return;
        }
        String action = exchange.query("underlyingResourceAction").orElse("");
        if (scope.context().options().strict() && !action.equals("Delete") && !action.equals("Detach")) {
            throw HttpError.arm(
                    400, "BadRequest", "The query parameter underlyingResourceAction must be Delete or Detach.");
        }
        scope.operations().start(exchange, Style.LOCATION, WorkspaceScope.PROVIDER, id, () -> {
            scope.resources().delete(id);
            return NullNode.getInstance();
        });
        exchange.send(202);
    }

    private void listNodes(Exchange exchange) throws IOException {
        find(exchange);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.putArray("nodes");
        exchange.send(200, answer);
    }

    /** Only previews have it, so no table has its body: {@code {"enableSSO": true}}. */
    private void enableSso(Exchange exchange) throws IOException {
        find(exchange);
        JsonNode wanted = exchange.json().path("enableSSO");
        if (!wanted.isBoolean()) {
            throw HttpError.arm(400, "BadRequest", "enableSSO must be true or false.");
        }
        scope.resources().update(id(exchange), document -> {
            ((ObjectNode) document.path("properties"))
                    .withObjectProperty("properties")
                    .put("enableSSO", wanted.asBoolean());
            return document;
        });
        exchange.send(200);
    }

    private void change(Exchange exchange, String action, String state) throws IOException {
        ObjectNode compute = find(exchange);
        if (!compute.path("properties").path("computeType").asText().equals("ComputeInstance")) {
            throw HttpError.arm(400, "BadRequest", "Only a ComputeInstance can " + action + ".");
        }
        ResourceId id = id(exchange);
        scope.operations().start(exchange, Style.LOCATION, WorkspaceScope.PROVIDER, id, () -> {
            scope.resources().update(id, document -> {
                ((ObjectNode) document.path("properties"))
                        .withObjectProperty("properties")
                        .put("state", state);
                return document;
            });
            return NullNode.getInstance();
        });
        exchange.send(202);
    }
}
