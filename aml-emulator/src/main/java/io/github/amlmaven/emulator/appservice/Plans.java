package io.github.amlmaven.emulator.appservice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ArmError;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** App Service plans ({@code serverfarms}): what a site runs on, and how many slots it may have. */
final class Plans {

    private static final String TYPE = "Microsoft.Web/serverfarms";
    private static final String PLANS = "/subscriptions/{s}/resourceGroups/{g}/providers/" + TYPE;

    /** Slots of a site beside production, by tier (App Service limits). */
    private static final Map<String, Integer> SLOTS = Map.of("Standard", 4, "PremiumV2", 19, "PremiumV3", 19);

    private final ResourceStore resources;

    Plans(ResourceStore resources) {
        this.resources = resources;
    }

    void declare(Routes routes) {
        routes.add("GET", PLANS, exchange -> list(exchange, List.of(group(exchange))));
        routes.add("GET", "/subscriptions/{s}/providers/" + TYPE, this::listAll);
        routes.add("GET", PLANS + "/{plan}", exchange -> exchange.send(200, present(id(exchange))));
        routes.add("PUT", PLANS + "/{plan}", this::put);
        routes.add("DELETE", PLANS + "/{plan}", this::delete);
    }

    private static ResourceId group(Exchange exchange) {
        return new ResourceId("/subscriptions/" + exchange.variable("s") + "/resourceGroups/" + exchange.variable("g"));
    }

    private static ResourceId id(Exchange exchange) {
        return new ResourceId(group(exchange) + "/providers/" + TYPE + "/" + exchange.variable("plan"));
    }

    private ObjectNode present(ResourceId id) {
        ObjectNode plan = resources.get(id).orElseThrow(() -> ArmError.resourceNotFound(id));
        plan.withObject("/properties").put("numberOfSites", sitesOn(id).size());
        return plan;
    }

    private void listAll(Exchange exchange) throws IOException {
        ResourceId subscription = new ResourceId("/subscriptions/" + exchange.variable("s"));
        list(
                exchange,
                resources.children(subscription, "resourceGroups").stream()
                        .map(group -> new ResourceId(group.path("id").asText()))
                        .toList());
    }

    private void list(Exchange exchange, List<ResourceId> groups) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        var value = answer.putArray("value");
        for (ResourceId group : groups) {
            resources
                    .children(new ResourceId(group + "/providers/Microsoft.Web"), "serverfarms")
                    .forEach(plan ->
                            value.add(present(new ResourceId(plan.path("id").asText()))));
        }
        exchange.send(200, answer);
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        JsonNode body = exchange.json();
        if (body.path("location").asText().isEmpty()) {
            throw HttpError.arm(400, "LocationRequired", "The location property is required for this definition.");
        }
        String size = body.path("sku").path("name").asText("F1").toUpperCase(Locale.ROOT);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", id.value())
                .put("name", id.name())
                .put("type", TYPE)
                .put("kind", body.path("kind").asText("app"))
                .put("location", body.path("location").asText());
        if (body.hasNonNull("tags")) {
            document.set("tags", body.path("tags").deepCopy());
        }
        ObjectNode sku = document.putObject("sku");
        sku.put("name", size)
                .put("tier", tier(size))
                .put("size", size)
                .put("family", size.replaceAll("[0-9].*", ""))
                .put("capacity", body.path("sku").path("capacity").asInt(1));
        ObjectNode properties = document.putObject("properties");
        body.path("properties")
                .fields()
                .forEachRemaining(
                        field -> properties.set(field.getKey(), field.getValue().deepCopy()));
        properties
                .put("status", "Ready")
                .put("provisioningState", "Succeeded")
                .put("resourceGroup", id.segment("resourceGroups"))
                .put("numberOfWorkers", sku.path("capacity").asInt())
                .put("geoRegion", body.path("location").asText());
        resources.put(id, document);
        exchange.send(200, present(id));
    }

    private static String tier(String size) {
        return switch (size.charAt(0)) {
            case 'F' -> "Free";
            case 'D' -> "Shared";
            case 'B' -> "Basic";
            case 'S' -> "Standard";
            case 'Y' -> "Dynamic";
            case 'E' -> "ElasticPremium";
            case 'P' -> size.endsWith("V2") ? "PremiumV2" : size.endsWith("V3") ? "PremiumV3" : "Premium";
            default ->
                throw HttpError.arm(400, "BadRequest", "The sku '" + size + "' is not one of App Service's plans.");
        };
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        List<String> sites = sitesOn(id);
        if (!sites.isEmpty()) {
            throw HttpError.arm(
                    409,
                    "Conflict",
                    "Server farm '" + id.name() + "' cannot be deleted because it has web app(s) "
                            + String.join(", ", sites) + " assigned to it.");
        }
        exchange.send(resources.delete(id) ? 200 : 204);
    }

    void deleteIfEmpty(String plan) {
        if (plan.startsWith("/") && sitesOn(new ResourceId(plan)).isEmpty()) {
            resources.delete(new ResourceId(plan));
        }
    }

    private List<String> sitesOn(ResourceId plan) {
        List<String> names = new ArrayList<>();
        ResourceId subscription = new ResourceId("/subscriptions/" + plan.segment("subscriptions"));
        for (ObjectNode group : resources.children(subscription, "resourceGroups")) {
            ResourceId web = new ResourceId(group.path("id").asText() + "/providers/Microsoft.Web");
            for (ObjectNode site : resources.children(web, "sites")) {
                if (site.at("/properties/serverFarmId").asText().equalsIgnoreCase(plan.value())) {
                    names.add(site.path("name").asText());
                }
            }
        }
        return names;
    }

    /**
     * The plan of a site, which must be there.
     *
     * @param plan its id, or the name of one in the site's group, as {@code az functionapp create} gives it
     */
    ResourceId of(ResourceId site, String plan) {
        if (plan.isEmpty()) {
            throw HttpError.arm(
                    400, "BadRequest", "The parameter 'serverFarmId' of site '" + site.name() + "' must be given.");
        }
        String group =
                "/subscriptions/" + site.segment("subscriptions") + "/resourceGroups/" + site.segment("resourceGroups");
        ResourceId id = new ResourceId(plan.startsWith("/") ? plan : group + "/providers/" + TYPE + "/" + plan);
        if (resources.get(id).isEmpty()) {
            throw HttpError.arm(404, "NotFound", "Cannot find serverfarm with name " + id.name() + ".");
        }
        return id;
    }

    /** A plan's tier says how many slots a site may have. */
    void checkSlot(ResourceId site, JsonNode document, boolean present) {
        String tier = resources
                .get(new ResourceId(document.at("/properties/serverFarmId").asText()))
                .map(plan -> plan.path("sku").path("tier").asText())
                .orElse("");
        int allowed = SLOTS.getOrDefault(tier, tier.startsWith("Premium") || tier.equals("ElasticPremium") ? 19 : 0);
        int wanted = resources.children(site, "slots").size() + (present ? 0 : 1);
        if (wanted > allowed) {
            throw HttpError.arm(
                    409,
                    "Conflict",
                    "Cannot complete the operation because the site will exceed the number of slots allowed for the '"
                            + tier + "' SKU.");
        }
    }
}
