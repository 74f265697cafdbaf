package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ArmError;
import io.github.amlmaven.emulator.arm.Operations;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.registry.Registries.Registry;
import io.github.amlmaven.emulator.service.EmulatorContext;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Microsoft.ContainerRegistry/registries in ARM. */
final class RegistryResources {

    static final String TYPE = "Microsoft.ContainerRegistry/registries";

    private static final String PROVIDER = "Microsoft.ContainerRegistry";
    private static final String SUBSCRIPTION = "/subscriptions/{subscription}";
    private static final String LIST = SUBSCRIPTION + "/resourceGroups/{group}/providers/" + TYPE;
    private static final String ONE = LIST + "/{registry}";
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9]{5,50}");
    private static final Set<String> SKUS = Set.of("Basic", "Standard", "Premium");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final EmulatorContext context;
    private final ResourceStore resources;
    private final Operations operations;
    private final Registries registries;
    private final Repositories repositories;

    RegistryResources(
            EmulatorContext context,
            ResourceStore resources,
            Operations operations,
            Registries registries,
            Repositories repositories) {
        this.context = context;
        this.resources = resources;
        this.operations = operations;
        this.registries = registries;
        this.repositories = repositories;
    }

    void declare(Routes routes) {
        routes.add("PUT", ONE, this::put);
        routes.add("PATCH", ONE, this::patch);
        routes.add("GET", ONE, exchange -> exchange.send(200, shown(present(exchange))));
        routes.add("DELETE", ONE, this::delete);
        routes.add("GET", LIST, this::list);
        routes.add("GET", SUBSCRIPTION + "/providers/" + TYPE, this::listAll);
        routes.add("POST", ONE + "/listCredentials", this::listCredentials);
        routes.add("POST", ONE + "/regenerateCredential", this::regenerate);
        routes.add("POST", ONE + "/importImage", this::importImage);
        routes.add("POST", SUBSCRIPTION + "/providers/" + PROVIDER + "/checkNameAvailability", this::checkName);
    }

    /** Makes the registry when it does not exist; used for the emulator's first content. */
    ObjectNode ensure(ResourceId id, String location, boolean main) {
        Optional<ObjectNode> present = resources.get(id);
        if (present.isEmpty()) {
            ObjectNode body = JSON.objectNode().put("location", location);
            body.putObject("sku").put("name", "Basic");
            create(id, body, JSON.objectNode(), main);
        } else {
            registries.register(id, main);
        }
        return shown(resources.get(id).orElseThrow());
    }

    private void create(ResourceId id, JsonNode body, ObjectNode before, boolean main) {
        ObjectNode resource = JSON.objectNode();
        resource.put("id", id.value()).put("name", id.name()).put("type", TYPE);
        resource.put(
                "location", body.path("location").asText(before.path("location").asText()));
        resource.set("tags", body.path("tags").isObject() ? body.path("tags") : JSON.objectNode());
        String sku = body.path("sku").path("name").asText("Standard");
        resource.putObject("sku").put("name", sku).put("tier", sku);
        if (body.path("identity").isObject()) {
            resource.set("identity", body.path("identity"));
        }
        ObjectNode properties = resource.putObject("properties");
        properties.put("adminUserEnabled", false).put("anonymousPullEnabled", false);
        properties.put("publicNetworkAccess", "Enabled").put("networkRuleBypassOptions", "AzureServices");
        properties.put("zoneRedundancy", "Disabled").put("dataEndpointEnabled", false);
        if (body.path("properties").isObject()) {
            properties.setAll((ObjectNode) body.path("properties"));
        }
        JsonNode created = before.path("properties").path("creationDate");
        properties.put("creationDate", created.asText(context.clock().instant().toString()));
        properties.put("provisioningState", "Succeeded");
        resources.put(id, resource);
        registries.register(id, main);
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        if (!NAME.matcher(id.name()).matches()) {
            throw HttpError.arm(
                    400,
                    "InvalidResourceName",
                    "The registry name '" + id.name() + "' is invalid: 5 to 50 letters and digits.");
        }
        JsonNode body = exchange.json();
        checkBody(body);
        Optional<ObjectNode> before = resources.get(id);
        if (before.isEmpty() && registries.find(id.name()).isPresent()) {
            throw HttpError.arm(
                    409, "AlreadyInUse", "The registry DNS name " + id.name() + ".azurecr.io is already in use.");
        }
        create(id, body, before.orElseGet(JSON::objectNode), false);
        exchange.send(before.isPresent() ? 200 : 201, shown(present(exchange)));
    }

    private static void checkBody(JsonNode body) {
        if (body.path("location").asText("").isEmpty()) {
            throw HttpError.arm(400, "LocationRequired", "The location property is required for this definition.");
        }
        if (!SKUS.contains(body.path("sku").path("name").asText())) {
            throw HttpError.arm(400, "InvalidSku", "sku.name must be one of Basic, Standard, Premium.");
        }
    }

    private void patch(Exchange exchange) throws IOException {
        present(exchange);
        JsonNode body = exchange.json();
        resources.update(id(exchange), resource -> {
            if (body.path("properties").isObject()) {
                ((ObjectNode) resource.path("properties")).setAll((ObjectNode) body.path("properties"));
            }
            for (String field : List.of("tags", "identity", "sku")) {
                if (body.path(field).isObject()) {
                    resource.set(field, body.path(field));
                }
            }
            return resource;
        });
        exchange.send(200, shown(present(exchange)));
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        boolean existed = resources.delete(id);
        if (existed) {
            registries.find(id.name()).ifPresent(registry -> repositories.deleteRegistry(registry.name()));
            registries.unregister(id.name());
        }
        exchange.send(existed ? 200 : 204);
    }

    private void list(Exchange exchange) throws IOException {
        ObjectNode body = JSON.objectNode();
        var value = body.putArray("value");
        String group = "/subscriptions/" + exchange.variable("subscription") + "/resourceGroups/"
                + exchange.variable("group") + "/providers/" + PROVIDER;
        resources.children(new ResourceId(group), "registries").forEach(one -> value.add(shown(one)));
        exchange.send(200, body);
    }

    private void listAll(Exchange exchange) throws IOException {
        ObjectNode body = JSON.objectNode();
        var value = body.putArray("value");
        String subscription = new ResourceId("/subscriptions/" + exchange.variable("subscription") + "/").key();
        for (Registry registry : registries.all()) {
            if (registry.id().key().startsWith(subscription)) {
                resources.get(registry.id()).ifPresent(one -> value.add(shown(one)));
            }
        }
        exchange.send(200, body);
    }

    private void listCredentials(Exchange exchange) throws IOException {
        present(exchange);
        exchange.send(200, credentials(withAdmin(exchange)));
    }

    private void regenerate(Exchange exchange) throws IOException {
        present(exchange);
        Registry registry = withAdmin(exchange);
        String name = exchange.json().path("name").asText();
        if (!name.equals("password") && !name.equals("password2")) {
            throw HttpError.arm(400, "InvalidParameters", "name must be password or password2.");
        }
        exchange.send(200, credentials(registries.regenerate(registry, name)));
    }

    private Registry withAdmin(Exchange exchange) {
        Registry registry = registry(exchange);
        if (!registries.adminEnabled(registry)) {
            throw HttpError.arm(
                    400,
                    "UnAuthorizedForCredentialOperations",
                    "Cannot perform credential operations for " + registry.id() + " as admin user is disabled. Kindly"
                            + " enable admin user as per docs:"
                            + " https://docs.microsoft.com/azure/container-registry/container-registry-authentication#admin-account");
        }
        return registry;
    }

    private static ObjectNode credentials(Registry registry) {
        ObjectNode body = JSON.objectNode().put("username", registry.name());
        var passwords = body.putArray("passwords");
        passwords.addObject().put("name", "password").put("value", registry.password());
        passwords.addObject().put("name", "password2").put("value", registry.password2());
        return body;
    }

    private void importImage(Exchange exchange) throws IOException {
        present(exchange);
        Registry registry = registry(exchange);
        ImageImport work = new ImageImport(registries, repositories, registry, exchange.json());
        operations.start(exchange, Operations.Style.LOCATION, PROVIDER, id(exchange), () -> {
            work.run();
            return JSON.objectNode();
        });
        exchange.send(202);
    }

    private void checkName(Exchange exchange) throws IOException {
        String name = exchange.json().path("name").asText();
        ObjectNode answer = JSON.objectNode();
        if (!NAME.matcher(name).matches()) {
            answer.put("nameAvailable", false).put("reason", "Invalid");
            answer.put("message", "The specified resource name is invalid: 5 to 50 letters and digits.");
        } else if (registries.find(name).isPresent()) {
            answer.put("nameAvailable", false).put("reason", "AlreadyExists");
            answer.put("message", "The registry " + name + " is already in use.");
        } else {
            answer.put("nameAvailable", true);
        }
        exchange.send(200, answer);
    }

    /** The login server depends on the ports of this start. */
    private ObjectNode shown(ObjectNode resource) {
        registries
                .find(resource.path("name").asText())
                .ifPresent(registry -> ((ObjectNode) resource.path("properties"))
                        .put("loginServer", registries.loginServer(registry)));
        return resource;
    }

    private ObjectNode present(Exchange exchange) {
        ResourceId id = id(exchange);
        return resources.get(id).orElseThrow(() -> ArmError.resourceNotFound(id));
    }

    private Registry registry(Exchange exchange) {
        return registries.find(exchange.variable("registry")).orElseThrow();
    }

    private static ResourceId id(Exchange exchange) {
        return new ResourceId("/subscriptions/" + exchange.variable("subscription") + "/resourceGroups/"
                + exchange.variable("group") + "/providers/" + TYPE + "/" + exchange.variable("registry"));
    }
}
