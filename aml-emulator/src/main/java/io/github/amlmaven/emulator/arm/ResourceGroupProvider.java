package io.github.amlmaven.emulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Microsoft.Resources: resource groups, and lists of the resources in them whatever their provider. */
public final class ResourceGroupProvider implements Provider {

    private static final String GROUP = "/subscriptions/{s}/resourceGroups/{g}";
    private static final Pattern TYPE_FILTER =
            Pattern.compile("resourceType\\s+eq\\s+'([^']+)'", Pattern.CASE_INSENSITIVE);
    private static final Pattern GROUP_NAME =
            Pattern.compile("[-\\w._()]{0,89}[-\\w_()]", Pattern.UNICODE_CHARACTER_CLASS);

    private final EmulatorContext context;
    private final ResourceStore resources;
    private final Operations operations;

    public ResourceGroupProvider(EmulatorContext context, ResourceStore resources, Operations operations) {
        this.context = context;
        this.resources = resources;
        this.operations = operations;
    }

    @Override
    public void declare(Routes routes) {
        routes.add("GET", "/subscriptions/{s}/resourceGroups", this::list);
        routes.add("GET", GROUP, exchange -> exchange.send(200, find(exchange)));
        routes.add("HEAD", GROUP, this::head);
        routes.add("PUT", GROUP, this::put);
        routes.add("PATCH", GROUP, this::patch);
        routes.add("DELETE", GROUP, this::delete);
        routes.add(
                "GET",
                GROUP + "/resources",
                exchange -> listResources(exchange, id(exchange).key() + "/"));
        routes.add(
                "GET",
                "/subscriptions/{s}/resources",
                exchange -> listResources(exchange, subscription(exchange).key() + "/resourcegroups/"));
    }

    /** The document of a resource group, as ARM answers it. */
    public static ObjectNode document(ResourceId id, String location, JsonNode tags) {
        ObjectNode group = JsonNodeFactory.instance.objectNode();
        group.put("id", id.value())
                .put("name", id.name())
                .put("type", "Microsoft.Resources/resourceGroups")
                .put("location", location);
        group.set("tags", tags.isObject() ? tags : JsonNodeFactory.instance.objectNode());
        group.putObject("properties").put("provisioningState", "Succeeded");
        return group;
    }

    private void list(Exchange exchange) throws IOException {
        SubscriptionProvider.sendList(
                exchange,
                resources.children(subscription(exchange), "resourceGroups").toArray(ObjectNode[]::new));
    }

    private ObjectNode find(Exchange exchange) {
        ResourceId id = id(exchange);
        return resources
                .get(id)
                .orElseThrow(() -> HttpError.arm(
                        404, "ResourceGroupNotFound", "Resource group '" + id.name() + "' could not be found."));
    }

    private void head(Exchange exchange) throws IOException {
        exchange.send(resources.get(id(exchange)).isPresent() ? 204 : 404);
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        JsonNode body = exchange.json();
        String location = body.path("location").asText();
        if (!GROUP_NAME.matcher(id.name()).matches()) {
            throw ArmError.badRequest(
                    "InvalidResourceGroup",
                    "The provided resource group name '" + id.name()
                            + "' has these invalid characters or is too long. The name can only be a letter, digit, '-', '.', '(', ')' or '_'.");
        }
        if (location.isEmpty()) {
            throw ArmError.badRequest("LocationRequired", "The location property is required for this definition.");
        }
        Optional<ObjectNode> old = resources.get(id);
        String present = old.map(group -> group.path("location").asText()).orElse(location);
        if (!present.equalsIgnoreCase(location)) {
            throw HttpError.arm(
                    409,
                    "InvalidResourceGroupLocation",
                    "Invalid resource group location '" + location
                            + "'. The Resource group already exists in location '" + present + "'.");
        }
        ObjectNode group = document(id, location.toLowerCase(Locale.ROOT), body.path("tags"));
        resources.put(id, group);
        exchange.send(old.isPresent() ? 200 : 201, group);
    }

    private void patch(Exchange exchange) throws IOException {
        ObjectNode group = find(exchange);
        JsonNode body = exchange.json();
        if (body.path("tags").isObject()) {
            group.set("tags", body.path("tags"));
        }
        resources.put(id(exchange), group);
        exchange.send(200, group);
    }

    private void delete(Exchange exchange) throws IOException {
        find(exchange);
        ResourceId id = id(exchange);
        operations.start(exchange, Operations.Style.LOCATION, "Microsoft.Resources", id, () -> {
            resources.delete(id);
            return NullNode.getInstance();
        });
        exchange.send(202);
    }

    /** Resources of their own, that is {@code .../providers/{namespace}/{type}/{name}} and nothing below. */
    private void listResources(Exchange exchange, String prefix) throws IOException {
        String filter = exchange.query("$filter").orElse("");
        Matcher type = TYPE_FILTER.matcher(filter);
        String wanted = type.find() ? type.group(1) : "";
        long top = exchange.query("$top").map(Long::parseLong).orElse(Long.MAX_VALUE);
        Stream<ObjectNode> found = context.store().list("resources", prefix).stream()
                .filter(entry -> entry.key().split("/").length == 9)
                // Assignments at a group's scope are no resources of the group.
                .filter(entry -> !entry.key().contains("/providers/microsoft.authorization/"))
                .map(DocumentStore.Entry::document)
                .filter(resource ->
                        wanted.isEmpty() || resource.path("type").asText().equalsIgnoreCase(wanted))
                .map(ResourceGroupProvider::brief);
        List<ObjectNode> limited = found.limit(top).toList();
        SubscriptionProvider.sendList(exchange, limited.toArray(ObjectNode[]::new));
    }

    private static ObjectNode brief(ObjectNode resource) {
        return resource.deepCopy().retain("id", "name", "type", "location", "tags", "kind", "sku", "identity");
    }

    private static ResourceId subscription(Exchange exchange) {
        return new ResourceId("/subscriptions/" + exchange.variable("s"));
    }

    private static ResourceId id(Exchange exchange) {
        return subscription(exchange).child("resourceGroups", exchange.variable("g"));
    }
}
