package io.github.amlmaven.emulator.appservice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ArmError;
import io.github.amlmaven.emulator.arm.Operations;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.container.ImageFiles;
import io.github.amlmaven.emulator.function.HostStorage;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Microsoft.Web: plans, and sites with slots whose containers really run. */
public final class AppServiceProvider implements Provider {

    private static final String NAMESPACE = "Microsoft.Web";
    private static final String SITES = "/subscriptions/{s}/resourceGroups/{g}/providers/" + NAMESPACE + "/sites";
    private static final String SITE = SITES + "/{name}";
    private static final String SLOT = SITE + "/slots/{slot}";
    private static final String PRODUCTION = "production";

    private final EmulatorContext context;
    private final ResourceStore resources;
    private final Operations operations;
    private final Plans plans;
    private final Sites sites;

    /** Whether a site may pull its image. */
    @FunctionalInterface
    public interface ImageAccess {

        /**
         * @param site the site's document, with its identity
         * @param config its configuration, which says whether it pulls with that
         * @param settings its application settings, with user and password of the registry
         * @return false when the image does not exist or the registry refuses
         */
        boolean allows(String image, JsonNode site, JsonNode config, JsonNode settings) throws IOException;
    }

    public AppServiceProvider(
            EmulatorContext context,
            ResourceStore resources,
            Operations operations,
            ContainerRuntime runtime,
            ImageFiles.Source images,
            HostStorage storage,
            ImageAccess access) {
        this.context = context;
        this.resources = resources;
        this.operations = operations;
        this.plans = new Plans(resources);
        this.sites = new Sites(context, resources, runtime, images, storage, access);
    }

    @Override
    public void declare(Routes routes) {
        plans.declare(routes);
        routes.add("GET", SITES, this::list);
        routes.add("GET", "/subscriptions/{s}/providers/" + NAMESPACE + "/sites", this::listAll);
        routes.add("POST", "/subscriptions/{s}/providers/" + NAMESPACE + "/checknameavailability", this::available);
        routes.add("GET", FunctionStacks.PATH, FunctionStacks::send);
        routes.add("GET", SITE + "/slots", this::slots);
        routes.add("POST", SITE + "/slotsswap", exchange -> swap(exchange, site(exchange)));
        routes.add("POST", SLOT + "/slotsswap", exchange -> swap(exchange, id(exchange)));
        for (String one : new String[] {SITE, SLOT}) {
            routes.add("GET", one, exchange -> exchange.send(200, present(id(exchange))));
            routes.add("PUT", one, this::put);
            routes.add("PATCH", one, this::patch);
            routes.add("DELETE", one, this::delete);
            routes.add("POST", one + "/start", exchange -> run(exchange, "Running"));
            routes.add("POST", one + "/stop", exchange -> run(exchange, "Stopped"));
            routes.add("POST", one + "/restart", this::restart);
            routes.add("POST", one + "/containerlogs", this::logs);
        }
        new SiteConfiguration(sites, this::id, this::present).declare(routes, SITE, SLOT);
        new FunctionKeys(sites, this::id, this::present).declare(routes, SITE, SLOT);
    }

    private static ResourceId site(Exchange exchange) {
        return new ResourceId("/subscriptions/" + exchange.variable("s") + "/resourceGroups/" + exchange.variable("g")
                + "/providers/" + NAMESPACE + "/sites/" + exchange.variable("name"));
    }

    /** The site, or its slot where the path names one. */
    private ResourceId id(Exchange exchange) {
        boolean slot = exchange.rawPath().toLowerCase(Locale.ROOT).contains("/slots/");
        return slot ? slot(site(exchange), exchange.variable("slot")) : site(exchange);
    }

    private static ResourceId slot(ResourceId site, String name) {
        return name.equalsIgnoreCase(PRODUCTION) ? site : site.child("slots", name);
    }

    private ObjectNode present(ResourceId id) {
        return sites.view(id).orElseThrow(() -> ArmError.resourceNotFound(id));
    }

    private void list(Exchange exchange) throws IOException {
        ResourceId parent = new ResourceId("/subscriptions/" + exchange.variable("s") + "/resourceGroups/"
                + exchange.variable("g") + "/providers/" + NAMESPACE);
        sendList(exchange, resources.children(parent, "sites"));
    }

    private void listAll(Exchange exchange) throws IOException {
        sendList(exchange, allSites(exchange));
    }

    private List<ObjectNode> allSites(Exchange exchange) {
        List<ObjectNode> all = new ArrayList<>();
        ResourceId subscription = new ResourceId("/subscriptions/" + exchange.variable("s"));
        for (ObjectNode group : resources.children(subscription, "resourceGroups")) {
            all.addAll(
                    resources.children(new ResourceId(group.path("id").asText() + "/providers/" + NAMESPACE), "sites"));
        }
        return all;
    }

    private void available(Exchange exchange) throws IOException {
        String name = exchange.json().path("name").asText();
        boolean taken = allSites(exchange).stream()
                .anyMatch(site -> site.path("name").asText().equalsIgnoreCase(name));
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("nameAvailable", !taken);
        if (taken) {
            answer.put("reason", "AlreadyExists").put("message", "Hostname '" + name + "' already exists.");
        }
        exchange.send(200, answer);
    }

    private void slots(Exchange exchange) throws IOException {
        present(site(exchange));
        sendList(exchange, resources.children(site(exchange), "slots"));
    }

    private void sendList(Exchange exchange, List<ObjectNode> documents) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        var value = answer.putArray("value");
        for (ObjectNode document : documents) {
            value.add(present(new ResourceId(document.path("id").asText())));
        }
        exchange.send(200, answer);
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        JsonNode body = exchange.json();
        boolean slot = !id.segment("slots").isEmpty();
        SiteDocument.check(id, slot);
        if (body.path("location").asText().isEmpty()) {
            throw HttpError.arm(400, "LocationRequired", "The location property is required for this definition.");
        }
        ObjectNode wanted = body.deepCopy();
        if (slot) {
            plans.checkSlot(
                    site(exchange), present(site(exchange)), sites.stored(id).isPresent());
            if (!wanted.hasNonNull("kind")) {
                wanted.set("kind", present(site(exchange)).path("kind"));
            }
            if (!wanted.path("properties").hasNonNull("serverFarmId")) {
                wanted.withObject("/properties")
                        .set("serverFarmId", present(site(exchange)).at("/properties/serverFarmId"));
            }
        } else {
            checkUnique(id);
            sites.stored(id)
                    .map(stored -> stored.at("/properties/serverFarmId"))
                    .filter(plan -> !wanted.path("properties").hasNonNull("serverFarmId"))
                    .ifPresent(plan -> wanted.withObject("/properties").set("serverFarmId", plan));
            ResourceId plan = plans.of(id, wanted.at("/properties/serverFarmId").asText());
            wanted.withObject("/properties").put("serverFarmId", plan.value());
        }
        sites.put(id, wanted);
        sites.start(id, false);
        exchange.send(200, present(id));
    }

    /** A site's name is a host name, so it is unique among all sites. */
    private void checkUnique(ResourceId id) {
        ResourceId subscription = new ResourceId("/subscriptions/" + id.segment("subscriptions"));
        for (ObjectNode group : resources.children(subscription, "resourceGroups")) {
            ResourceId other =
                    new ResourceId(group.path("id").asText() + "/providers/" + NAMESPACE + "/sites/" + id.name());
            if (!other.key().equals(id.key()) && sites.stored(other).isPresent()) {
                throw HttpError.arm(409, "Conflict", "Website with given name " + id.name() + " already exists.");
            }
        }
    }

    private void patch(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        present(id);
        sites.put(id, exchange.json());
        sites.start(id, false);
        exchange.send(200, present(id));
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        Optional<ObjectNode> last = sites.stored(id);
        if (last.isEmpty()) {
            exchange.send(404, JsonNodeFactory.instance.objectNode());
            return;
        }
        sites.delete(id);
        if (exchange.query("deleteEmptyServerFarm").orElse("true").equalsIgnoreCase("true")) {
            plans.deleteIfEmpty(last.get().at("/properties/serverFarmId").asText());
        }
        exchange.send(200);
    }

    private void run(Exchange exchange, String state) throws IOException {
        ResourceId id = id(exchange);
        present(id);
        sites.state(id, state);
        sites.start(id, false);
        exchange.send(200);
    }

    private void restart(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        present(id);
        sites.start(id, true);
        exchange.send(200);
    }

    /** Text, although every other answer is JSON. */
    private void logs(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        present(id);
        String text = sites.address(id).logText();
        if (text.isEmpty()) {
            exchange.send(204);
        } else {
            exchange.send(200, "application/octet-stream", text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void swap(Exchange exchange, ResourceId source) throws IOException {
        ResourceId site = site(exchange);
        String name = exchange.json().path("targetSlot").asText(PRODUCTION);
        ResourceId target = slot(site, name);
        present(source);
        present(target);
        if (source.key().equals(target.key())) {
            throw HttpError.arm(400, "BadRequest", "Source and target slot are the same: '" + name + "'.");
        }
        Set<String> sticky = new LinkedHashSet<>(sites.sticky(site));
        operations.start(exchange, Operations.Style.LOCATION, NAMESPACE, source, () -> {
            sites.swap(source, target, sticky);
            return present(source);
        });
        exchange.send(202);
    }

    @Override
    public void resume() {
        context.executor().execute(sites::resumeAll);
    }

    @Override
    public void close() {
        sites.close();
    }
}
