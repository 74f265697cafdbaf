package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Operations.Style;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.asset.AssetKind;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.storage.BlobStore;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Workspaces: the resource, its keys, and a diagnosis of what it depends on. */
final class WorkspaceProvider implements Provider {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][\\w-]{1,32}");
    private static final List<String> NEEDED = List.of("storageAccount", "keyVault", "applicationInsights");
    /** What a project has of its hub. */
    private static final List<String> OF_HUB =
            List.of("storageAccount", "keyVault", "applicationInsights", "containerRegistry");

    private final WorkspaceScope scope;
    private final BlobStore blobs;
    private final DatastoreProvider datastores;
    private final RequestCheck check;

    WorkspaceProvider(WorkspaceScope scope, BlobStore blobs, DatastoreProvider datastores, RequestCheck check) {
        this.scope = scope;
        this.blobs = blobs;
        this.datastores = datastores;
        this.check = check;
    }

    @Override
    public void declare(Routes routes) {
        String one = WorkspaceScope.WORKSPACE;
        routes.add("GET", WorkspaceScope.GROUP, this::listOfGroup);
        routes.add(
                "GET",
                "/subscriptions/{s}/providers/" + WorkspaceScope.PROVIDER + "/workspaces",
                exchange -> WorkspaceScope.sendPage(exchange, all("/subscriptions/" + exchange.variable("s"))));
        routes.add("GET", one, exchange -> exchange.send(200, scope.workspace(exchange)));
        routes.add("PUT", one, this::put);
        routes.add("PATCH", one, this::patch);
        routes.add("DELETE", one, this::delete);
        routes.add("POST", one + "/listKeys", this::listKeys);
        routes.add("POST", one + "/listStorageAccountKeys", this::listStorageAccountKeys);
        routes.add("POST", one + "/resyncKeys", this::resyncKeys);
        routes.add("POST", one + "/diagnose", this::diagnose);
    }

    /** Makes a workspace that no request asks for: at first start, or of a template. What is empty counts as not given. */
    void create(ResourceId id, JsonNode body) {
        JsonNode given = ofHub(body);
        if (given.path("properties") instanceof ObjectNode properties) {
            properties
                    .properties()
                    .removeIf(entry -> entry.getValue().isNull()
                            || entry.getValue().asText("-").isEmpty());
        }
        checkNeeded(given);
        ObjectNode workspace = document(id, given, scope.resources().get(id));
        ((ObjectNode) workspace.path("properties")).put("provisioningState", "Succeeded");
        scope.resources().put(id, workspace);
        datastores.createDefaults(id, (ObjectNode) workspace.path("properties"));
    }

    private void listOfGroup(Exchange exchange) throws IOException {
        WorkspaceScope.sendPage(
                exchange,
                all("/subscriptions/" + exchange.variable("s") + "/resourceGroups/" + exchange.variable("g")
                        + "/providers/" + WorkspaceScope.PROVIDER + "/workspaces"));
    }

    private List<ObjectNode> all(String prefix) {
        return scope.context().store().list("resources", new ResourceId(prefix + "/").key()).stream()
                .map(DocumentStore.Entry::document)
                .filter(document ->
                        document.path("type").asText().equalsIgnoreCase(WorkspaceScope.PROVIDER + "/workspaces"))
                .toList();
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = WorkspaceScope.addressed(exchange);
        JsonNode body = ofHub(check.body(exchange, "Workspace"));
        if (!NAME.matcher(id.name()).matches()) {
            throw WorkspaceScope.userError("The workspace name '" + id.name()
                    + "' is not valid: it must have 2 to 33 letters, digits, dashes or underscores.");
        }
        checkNeeded(body);
        Optional<ObjectNode> old = scope.resources().get(id);
        ObjectNode workspace = document(id, body, old);
        scope.resources().put(id, workspace);
        scope.operations().start(exchange, Style.LOCATION, WorkspaceScope.PROVIDER, id, () -> {
            datastores.createDefaults(id, (ObjectNode) workspace.path("properties"));
            return scope.resources().update(id, WorkspaceProvider::succeeded);
        });
        exchange.send(202, workspace);
    }

    private static ObjectNode succeeded(ObjectNode workspace) {
        ((ObjectNode) workspace.path("properties")).put("provisioningState", "Succeeded");
        return workspace;
    }

    /** A project shares the resources of the hub that it names. */
    private JsonNode ofHub(JsonNode body) {
        JsonNode given = body.deepCopy();
        if (given.path("kind").asText().equalsIgnoreCase("Project")
                && given.path("properties") instanceof ObjectNode properties) {
            mustExist(properties, "hubResourceId");
            JsonNode hub = scope.resources()
                    .get(new ResourceId(properties.path("hubResourceId").asText()))
                    .orElseThrow()
                    .path("properties");
            OF_HUB.stream().filter(hub::hasNonNull).forEach(name -> properties.set(name, hub.get(name)));
        }
        return given;
    }

    private void checkNeeded(JsonNode body) {
        boolean plain = body.path("kind").asText("Default").equalsIgnoreCase("Default");
        NEEDED.stream()
                .filter(name -> plain
                        || !name.equals("applicationInsights")
                        || body.path("properties").hasNonNull(name))
                .forEach(name -> mustExist(body.path("properties"), name));
    }

    private void mustExist(JsonNode properties, String name) {
        String given = properties.path(name).asText();
        if (!given.startsWith("/")
                || scope.resources().get(new ResourceId(given)).isEmpty()) {
            throw WorkspaceScope.userError("The workspace's " + name + " was not found: '" + given + "'.");
        }
    }

    private ObjectNode document(ResourceId id, JsonNode body, Optional<ObjectNode> old) {
        ObjectNode workspace = scope.envelope(id, "workspaces", old);
        for (String key : new String[] {"location", "tags", "sku"}) {
            if (body.has(key)) {
                workspace.set(key, body.path(key));
            }
        }
        AssetKind.putIfAbsent(workspace, "tags");
        workspace.put("kind", body.path("kind").asText("Default"));
        if (!workspace.has("sku")) {
            workspace.putObject("sku").put("name", "Basic").put("tier", "Basic");
        }
        String guid = UUID.nameUUIDFromBytes(id.key().getBytes(StandardCharsets.UTF_8))
                .toString();
        ObjectNode identity = workspace.putObject("identity");
        identity.put("type", "SystemAssigned").put("principalId", guid).put("tenantId", EmulatorOptions.TENANT);
        if (body.path("identity").isObject()) {
            identity.setAll((ObjectNode) body.path("identity").deepCopy());
        }
        complete(id, workspace.putObject("properties"), body.path("properties"), guid);
        return workspace;
    }

    private void complete(ResourceId id, ObjectNode properties, JsonNode given, String guid) {
        if (given.isObject()) {
            properties.setAll((ObjectNode) given.deepCopy());
        }
        String https = scope.context().endpoints().https().toString();
        properties
                .put("workspaceId", guid)
                .put("tenantId", EmulatorOptions.TENANT)
                .put("friendlyName", properties.path("friendlyName").asText(id.name()))
                .put("description", properties.path("description").asText(""))
                .put("discoveryUrl", https + "/discovery/workspaces/" + guid)
                .put(
                        "mlFlowTrackingUri",
                        "azureml://" + scope.context().endpoints().authority() + "/mlflow/v1.0" + id.value())
                .put("hbiWorkspace", properties.path("hbiWorkspace").asBoolean())
                .put("v1LegacyMode", properties.path("v1LegacyMode").asBoolean())
                .put("storageHnsEnabled", false)
                .put(
                        "publicNetworkAccess",
                        properties.path("publicNetworkAccess").asText("Enabled"))
                .put(
                        "systemDatastoresAuthMode",
                        properties.path("systemDatastoresAuthMode").asText("AccessKey"))
                .put("provisioningState", "Creating");
    }

    private void patch(Exchange exchange) throws IOException {
        ObjectNode workspace = scope.workspace(exchange);
        JsonNode body = check.body(exchange, "WorkspaceUpdateParameters");
        for (String key : new String[] {"tags", "sku", "identity"}) {
            if (body.path(key).isObject()) {
                workspace.withObjectProperty(key).setAll((ObjectNode) body.path(key));
            }
        }
        if (body.path("properties").isObject()) {
            workspace.withObjectProperty("properties").setAll((ObjectNode) body.path("properties"));
        }
        workspace
                .withObjectProperty("systemData")
                .put("lastModifiedAt", scope.context().clock().instant().toString());
        scope.resources().put(new ResourceId(workspace.path("id").asText()), workspace);
        exchange.send(200, workspace);
    }

    private void delete(Exchange exchange) throws IOException {
        scope.delete(exchange, WorkspaceScope.addressed(exchange));
    }

    private void listKeys(Exchange exchange) throws IOException {
        JsonNode properties = scope.workspace(exchange).path("properties");
        ResourceId account = new ResourceId(properties.path("storageAccount").asText());
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("userStorageKey", blobs.accountKey(account.name())).put("userStorageArmId", account.value());
        scope.resources()
                .get(new ResourceId(properties.path("applicationInsights").asText()))
                .ifPresent(insights -> answer.set(
                        "appInsightsInstrumentationKey",
                        insights.path("properties").path("InstrumentationKey")));
        exchange.send(200, answer);
    }

    private void listStorageAccountKeys(Exchange exchange) throws IOException {
        ResourceId account = new ResourceId(scope.workspace(exchange)
                .path("properties")
                .path("storageAccount")
                .asText());
        exchange.send(
                200, JsonNodeFactory.instance.objectNode().put("userStorageKey", blobs.accountKey(account.name())));
    }

    /** Datastores keep no copy of the account's key here, so what is synchronised is that they exist. */
    private void resyncKeys(Exchange exchange) throws IOException {
        ObjectNode workspace = scope.workspace(exchange);
        ResourceId id = new ResourceId(workspace.path("id").asText());
        scope.operations().start(exchange, Style.LOCATION, WorkspaceScope.PROVIDER, id, () -> {
            datastores.createDefaults(id, (ObjectNode) workspace.path("properties"));
            return NullNode.getInstance();
        });
        exchange.send(202);
    }

    /** Looks whether the resources that the workspace refers to are there. */
    private void diagnose(Exchange exchange) throws IOException {
        ObjectNode workspace = scope.workspace(exchange);
        check.body(exchange, "DiagnoseWorkspaceParameters");
        ResourceId id = new ResourceId(workspace.path("id").asText());
        scope.operations()
                .start(
                        exchange,
                        Style.LOCATION,
                        WorkspaceScope.PROVIDER,
                        id,
                        () -> diagnosis(workspace.path("properties")));
        exchange.send(202);
    }

    private ObjectNode diagnosis(JsonNode properties) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode value = answer.putObject("value");
        Map<String, String> areas = Map.of(
                "storageAccount", "storageAccountResults",
                "keyVault", "keyVaultResults",
                "applicationInsights", "applicationInsightsResults",
                "containerRegistry", "containerRegistryResults");
        areas.forEach((name, results) -> {
            ArrayNode problems = value.putArray(results);
            String id = properties.path(name).asText();
            if (!id.isEmpty() && scope.resources().get(new ResourceId(id)).isEmpty()) {
                problems.addObject()
                        .put("code", "ResourceNotFound")
                        .put("level", "Error")
                        .put("message", "The " + name + " of the workspace was not found: " + id);
            }
        });
        for (String area : new String[] {
            "userDefinedRouteResults",
            "networkSecurityRuleResults",
            "resourceLockResults",
            "dnsResolutionResults",
            "otherResults"
        }) {
            value.putArray(area);
        }
        return answer;
    }
}
