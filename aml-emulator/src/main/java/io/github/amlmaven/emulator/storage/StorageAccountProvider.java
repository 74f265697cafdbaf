package io.github.amlmaven.emulator.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ArmError;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/** Microsoft.Storage/storageAccounts in ARM. */
public final class StorageAccountProvider implements Provider {

    public static final String TYPE = "Microsoft.Storage/storageAccounts";

    private static final String GROUP =
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts";
    /** Every account has this endpoint too, and clients ask for it ({@code az functionapp create}); there is nothing behind. */
    private static final String TABLES = "/_table";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]{3,24}");

    private final EmulatorContext context;
    private final ResourceStore resources;
    private final Blobs blobs;
    private final URI queues;

    /** @param queues where queues are reached in path style */
    public StorageAccountProvider(EmulatorContext context, ResourceStore resources, Blobs blobs, URI queues) {
        this.queues = queues;
        this.context = context;
        this.resources = resources;
        this.blobs = blobs;
    }

    @Override
    public void declare(Routes routes) {
        routes.add("PUT", GROUP + "/{account}", this::put);
        routes.add("GET", GROUP + "/{account}", e -> e.send(200, withEndpoints(present(e))));
        routes.add("DELETE", GROUP + "/{account}", this::delete);
        routes.add("GET", GROUP, e -> list(e, group(e)));
        routes.add("POST", GROUP + "/{account}/listKeys", e -> {
            present(e);
            e.send(200, keys(blobs.accounts().ensure(e.variable("account"))));
        });
        routes.add("POST", GROUP + "/{account}/regenerateKey", this::regenerate);
        routes.add("GET|PUT|POST|DELETE", TABLES + "/{account}/{path...}", StorageAccountProvider::tables);
        routes.add(
                "POST",
                "/subscriptions/{subscription}/providers/Microsoft.Storage/checkNameAvailability",
                this::checkName);
    }

    /** Makes the account when it does not exist; used for the emulator's first content. */
    public ObjectNode ensure(ResourceId id, String location) {
        Optional<ObjectNode> present = resources.get(id);
        if (present.isPresent()) {
            return present.get();
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("location", location);
        return create(id, body);
    }

    private ObjectNode create(ResourceId id, JsonNode body) {
        if (!NAME.matcher(id.name()).matches()) {
            throw HttpError.arm(
                    400,
                    "AccountNameInvalid",
                    id.name() + " is not a valid storage account name. Storage account name must be between 3 and 24"
                            + " characters in length and use numbers and lower-case letters only.");
        }
        ObjectNode resource = JsonNodeFactory.instance.objectNode();
        resource.put("id", id.value()).put("name", id.name()).put("type", TYPE);
        resource.put("location", body.path("location").asText("westeurope"));
        resource.put("kind", body.path("kind").asText("StorageV2"));
        resource.set("tags", body.path("tags").isObject() ? body.path("tags") : JsonNodeFactory.instance.objectNode());
        resource.putObject("sku")
                .put("name", body.path("sku").path("name").asText("Standard_LRS"))
                .put("tier", "Standard");
        ObjectNode properties = resource.putObject("properties");
        if (body.path("properties").isObject()) {
            properties.setAll((ObjectNode) body.path("properties"));
        }
        properties.put("provisioningState", "Succeeded");
        properties.put("creationTime", context.clock().instant().toString());
        properties
                .put("statusOfPrimary", "available")
                .put("primaryLocation", resource.path("location").asText());
        properties.put("supportsHttpsTrafficOnly", false);
        blobs.accounts().ensure(id.name());
        resources.put(id, resource);
        return resource;
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        Optional<ObjectNode> before = resources.get(id);
        if (before.isEmpty() && blobs.accounts().keys(id.name()).isPresent()) {
            throw HttpError.arm(
                    409, "StorageAccountAlreadyTaken", "The storage account named " + id.name() + " is already taken.");
        }
        exchange.send(200, withEndpoints(create(id, exchange.json())));
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        boolean existed = resources.delete(id);
        if (existed) {
            for (Blobs.Container container : blobs.containers(id.name(), "")) {
                blobs.deleteContainer(id.name(), container.name());
            }
            blobs.accounts().delete(id.name());
        }
        exchange.send(existed ? 200 : 204);
    }

    private void list(Exchange exchange, ResourceId group) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        var value = body.putArray("value");
        resources
                .children(new ResourceId(group.value() + "/providers/Microsoft.Storage"), "storageAccounts")
                .forEach(account -> value.add(withEndpoints(account)));
        exchange.send(200, body);
    }

    private void regenerate(Exchange exchange) throws IOException {
        present(exchange);
        String name = exchange.json().path("keyName").asText();
        if (!name.equals("key1") && !name.equals("key2")) {
            throw HttpError.arm(400, "InvalidValuesForRequestParameters", "keyName must be key1 or key2.");
        }
        exchange.send(200, keys(blobs.accounts().regenerate(exchange.variable("account"), name)));
    }

    private void checkName(Exchange exchange) throws IOException {
        String name = exchange.json().path("name").asText();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        if (!NAME.matcher(name).matches()) {
            answer.put("nameAvailable", false).put("reason", "AccountNameInvalid");
            answer.put("message", name + " is not a valid storage account name.");
        } else if (blobs.accounts().keys(name).isPresent()) {
            answer.put("nameAvailable", false).put("reason", "AlreadyExists");
            answer.put("message", "The storage account named " + name + " is already taken.");
        } else {
            answer.put("nameAvailable", true);
        }
        exchange.send(200, answer);
    }

    /** Ports may change from start to start, so URLs are made when they are asked for. */
    private ObjectNode withEndpoints(ObjectNode resource) {
        String blob = context.endpoints().https() + "/" + resource.path("name").asText() + "/";
        ((ObjectNode) resource.path("properties"))
                .putObject("primaryEndpoints")
                .put("blob", blob)
                .put("queue", queues + "/" + resource.path("name").asText() + "/")
                .put(
                        "table",
                        context.endpoints().https() + TABLES + "/"
                                + resource.path("name").asText() + "/");
        return resource;
    }

    private static void tables(Exchange exchange) {
        throw new HttpError(
                501,
                "application/json",
                "{\"odata.error\":{\"code\":\"NotImplemented\",\"message\":{\"lang\":\"en-US\",\"value\":"
                        + "\"Tables are not emulated; blobs and queues are.\"}}}");
    }

    private static ObjectNode keys(Accounts.Keys keys) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        var list = body.putArray("keys");
        list.addObject().put("keyName", "key1").put("value", keys.key1()).put("permissions", "FULL");
        list.addObject().put("keyName", "key2").put("value", keys.key2()).put("permissions", "FULL");
        return body;
    }

    private ObjectNode present(Exchange exchange) {
        ResourceId id = id(exchange);
        return resources.get(id).orElseThrow(() -> ArmError.resourceNotFound(id));
    }

    private static ResourceId group(Exchange exchange) {
        return new ResourceId("/subscriptions/" + exchange.variable("subscription") + "/resourceGroups/"
                + exchange.variable("group"));
    }

    private static ResourceId id(Exchange exchange) {
        return new ResourceId(group(exchange).value() + "/providers/" + TYPE + "/" + exchange.variable("account"));
    }
}
