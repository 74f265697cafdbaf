package io.github.amlmaven.emulator.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.RequestLog;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.MovableClock;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The emulator's own interface: is it well, what was it asked, what does it hold, and: stop. */
public final class AdminProvider implements Provider {

    private static final String PROVIDERS = "/providers/";
    /** Schedules look at each minute of a move. */
    private static final Duration LONGEST_MOVE = Duration.ofDays(400);

    private final EmulatorContext context;
    private final MovableClock clock;
    private final RequestLog requests;
    private final Runnable stop;

    /** @param stop what {@code POST /_emulator/stop} does, after it has been answered */
    public AdminProvider(EmulatorContext context, MovableClock clock, RequestLog requests, Runnable stop) {
        this.context = context;
        this.clock = clock;
        this.requests = requests;
        this.stop = stop;
    }

    @Override
    public void declare(Routes routes) {
        routes.add("GET", "/_emulator/health", this::health);
        routes.add("GET", "/_emulator/requests", this::requests);
        routes.add("DELETE", "/_emulator/requests", this::forget);
        routes.add("GET", "/_emulator/state", this::state);
        routes.add("POST", "/_emulator/online", exchange -> online(exchange, true));
        routes.add("POST", "/_emulator/offline", exchange -> online(exchange, false));
        routes.add("GET", "/_emulator/clock", this::time);
        routes.add("POST", "/_emulator/clock", this::moveClock);
        routes.add("POST", "/_emulator/stop", this::stop);
    }

    private void health(Exchange exchange) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("status", "ok")
                .put("pid", ProcessHandle.current().pid())
                .put("https", context.endpoints().https().toString())
                .put("http", context.endpoints().http().toString())
                .put("subscriptionId", context.options().subscriptionId())
                .put("resourceGroup", context.options().resourceGroup())
                .put("workspace", context.options().workspace())
                .put("strict", context.options().strict())
                .put("online", context.outbound().online())
                .put("time", context.clock().instant().toString());
        exchange.send(200, answer);
    }

    private void time(Exchange exchange) throws IOException {
        exchange.send(
                200,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("time", clock.instant().toString()));
    }

    /** {@code {"advance":"P30D"}} or {@code {"set":"2030-01-31T00:00:00Z"}}; answered when what fell due has been started. */
    private void moveClock(Exchange exchange) throws IOException {
        JsonNode body = exchange.json();
        Duration by;
        try {
            by = body.has("set")
                    ? Duration.between(
                            clock.instant(), Instant.parse(body.path("set").asText()))
                    : Duration.parse(body.path("advance").asText());
        } catch (DateTimeParseException e) {
            throw HttpError.arm(
                    400, "BadRequest", "Expected {\"advance\":\"P30D\"} or {\"set\":\"2030-01-31T00:00:00Z\"}.");
        }
        if (by.abs().compareTo(LONGEST_MOVE) > 0) {
            throw HttpError.arm(
                    400, "BadRequest", "The clock moves " + LONGEST_MOVE.toDays() + " days at a time, not " + by + ".");
        }
        clock.advance(by);
        time(exchange);
    }

    private void requests(Exchange exchange) throws IOException {
        String path = exchange.query("path").orElse("");
        String method = exchange.query("method").orElse("");
        Instant since = since(exchange.query("since").orElse(""));
        long after = number(exchange, "after", 0);
        int last = (int) number(exchange, "last", Integer.MAX_VALUE);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("count", requests.count());
        ArrayNode value = answer.putArray("value");
        List<RequestLog.Entry> wanted = requests.entries().stream()
                .filter(entry -> entry.path().contains(path))
                .filter(entry -> method.isEmpty() || entry.method().equalsIgnoreCase(method))
                .filter(entry -> !entry.time().isBefore(since))
                .filter(entry -> entry.number() > after)
                .toList();
        wanted.stream().skip(Math.max(0, wanted.size() - last)).forEach(entry -> value.add(json(entry)));
        exchange.send(200, answer);
    }

    private static long number(Exchange exchange, String name, long none) {
        String text = exchange.query(name).orElse("");
        if (!text.matches("\\d{0,9}")) {
            throw HttpError.arm(400, "InvalidQueryParameterValue", name + " is not a number: " + text);
        }
        return text.isEmpty() ? none : Long.parseLong(text);
    }

    private static Instant since(String text) {
        try {
            return text.isEmpty() ? Instant.MIN : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw HttpError.arm(400, "InvalidQueryParameterValue", "since is not an ISO 8601 instant: " + text);
        }
    }

    private static ObjectNode json(RequestLog.Entry entry) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("number", entry.number())
                .put("time", entry.time().toString())
                .put("method", entry.method())
                .put("host", entry.host())
                .put("path", entry.path())
                .put("operation", entry.operation())
                .put("query", entry.query())
                .put("apiVersion", entry.apiVersion())
                .put("status", entry.status())
                .put("millis", entry.millis())
                .put("userAgent", entry.userAgent())
                .put("requestId", entry.requestId())
                .put("bytesIn", entry.bytesIn())
                .put("bytesOut", entry.bytesOut())
                .put("fault", entry.fault());
    }

    private void forget(Exchange exchange) throws IOException {
        requests.clear();
        exchange.send(204);
    }

    /** How many resources of each type there are. */
    private void state(Exchange exchange) throws IOException {
        Map<String, Integer> types = new TreeMap<>();
        for (DocumentStore.Entry entry : context.store().list("resources", "")) {
            types.merge(type(entry), 1, Integer::sum);
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode resources = answer.putObject("resources");
        types.forEach(resources::put);
        answer.put("requests", requests.count());
        exchange.send(200, answer);
    }

    private static String type(DocumentStore.Entry entry) {
        String type = entry.document().path("type").asText();
        return type.isEmpty() ? entry.key().substring(entry.key().indexOf(PROVIDERS) + 1) : type;
    }

    /** Offline, neither public registries nor the package index are asked. */
    private void online(Exchange exchange, boolean value) throws IOException {
        context.outbound().online(value);
        exchange.send(204);
    }

    private void stop(Exchange exchange) throws IOException {
        exchange.send(202);
        stop.run();
    }
}
