package io.github.amlmaven.emulator.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ArmError;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.MovableClock;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;

/**
 * {@code Microsoft.Insights/autoscaleSettings} of online deployments (how-to-autoscale-endpoints): bounds hold at once, rules
 * by what the endpoint's requests really were. Looked at when the clock was moved and a few times a minute.
 */
public final class AutoscaleProvider implements Provider {

    private static final String TYPE = "Microsoft.Insights/autoscaleSettings";
    private static final String LIST = "/subscriptions/{s}/resourceGroups/{g}/providers/" + TYPE;
    private static final long SECONDS = 15;
    private static final System.Logger LOG = System.getLogger(AutoscaleProvider.class.getName());

    private final ResourceStore resources;
    private final MovableClock clock;
    private final AutoscaleRules rules;
    private final ObjIntConsumer<ResourceId> scaling;
    private final Map<String, Instant> scaled = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "autoscale");
        thread.setDaemon(true);
        return thread;
    });

    /** @param scaling sets a deployment's number of instances; its {@link HttpError} leaves things as they are */
    public AutoscaleProvider(
            ResourceStore resources, MovableClock clock, RequestMetrics requests, ObjIntConsumer<ResourceId> scaling) {
        this.resources = resources;
        this.clock = clock;
        this.rules = new AutoscaleRules(requests);
        this.scaling = scaling;
    }

    @Override
    public void declare(Routes routes) {
        routes.add("GET", LIST, this::list);
        routes.add("GET", LIST + "/{name}", exchange -> exchange.send(200, find(exchange)));
        routes.add("PUT", LIST + "/{name}", this::put);
        routes.add("DELETE", LIST + "/{name}", exchange -> exchange.send(resources.delete(id(exchange)) ? 200 : 204));
    }

    @Override
    public void resume() {
        clock.whenMoved(this::lookAtAll);
        var unused = timer.scheduleWithFixedDelay(this::lookAtAll, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    private static ResourceId id(Exchange exchange) {
        return new ResourceId(group(exchange) + "/providers/" + TYPE + "/" + exchange.variable("name"));
    }

    private static String group(Exchange exchange) {
        return "/subscriptions/" + exchange.variable("s") + "/resourceGroups/" + exchange.variable("g");
    }

    private ObjectNode find(Exchange exchange) {
        ResourceId id = id(exchange);
        return resources.get(id).orElseThrow(() -> ArmError.resourceNotFound(id));
    }

    private void list(Exchange exchange) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        var value = answer.putArray("value");
        resources
                .children(new ResourceId(group(exchange) + "/providers/Microsoft.Insights"), "autoscaleSettings")
                .forEach(value::add);
        exchange.send(200, answer);
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        JsonNode body = exchange.json();
        JsonNode properties = body.path("properties");
        String target = properties.path("targetResourceUri").asText();
        boolean deployment = target.toLowerCase(Locale.ROOT).contains("/onlineendpoints/")
                && target.toLowerCase(Locale.ROOT).contains("/deployments/");
        if (!deployment || resources.get(new ResourceId(target)).isEmpty()) {
            throw ArmError.badRequest(
                    "InvalidRequestContent",
                    "The target resource of the autoscale setting does not exist: '" + target + "'.");
        }
        AutoscaleRules.check(properties);
        boolean created = resources.get(id).isEmpty();
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", id.value())
                .put("name", id.name())
                .put("type", TYPE)
                .put("location", body.path("location").asText());
        if (body.has("tags")) {
            document.set("tags", body.path("tags").deepCopy());
        }
        ObjectNode stored = properties.deepCopy();
        stored.put("name", id.name()).put("enabled", properties.path("enabled").asBoolean(true));
        document.set("properties", stored);
        resources.put(id, document);
        lookAt(document);
        exchange.send(created ? 201 : 200, document);
    }

    private void lookAtAll() {
        try {
            resources.ofType(TYPE).forEach(this::lookAt);
        } catch (RuntimeException e) {
            // The timer would stop; the next look may go well.
            LOG.log(System.Logger.Level.WARNING, "autoscale", e);
        }
    }

    private synchronized void lookAt(ObjectNode setting) {
        JsonNode properties = setting.path("properties");
        ResourceId target = new ResourceId(properties.path("targetResourceUri").asText());
        Optional<ObjectNode> deployment = resources.get(target);
        if (!properties.path("enabled").asBoolean(true) || deployment.isEmpty()) {
            return;
        }
        int now = deployment.get().path("sku").path("capacity").asInt(1);
        String key = setting.path("id").asText().toLowerCase(Locale.ROOT);
        int wanted = rules.wanted(properties, now, Optional.ofNullable(scaled.get(key)), clock.instant());
        if (wanted == now) {
            return;
        }
        try {
            scaling.accept(target, wanted);
            scaled.put(key, clock.instant());
            LOG.log(System.Logger.Level.INFO, "autoscale: " + target.name() + " from " + now + " to " + wanted);
        } catch (HttpError refused) {
            LOG.log(System.Logger.Level.WARNING, "autoscale of " + target.name() + " failed: " + refused.getMessage());
        }
    }

    @Override
    public void close() {
        timer.shutdown();
    }
}
