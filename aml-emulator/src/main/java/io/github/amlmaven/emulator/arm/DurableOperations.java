package io.github.amlmaven.emulator.arm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Operations as documents, polled under {@code /subscriptions/{s}/providers/{provider}/locations/{region}}. */
public final class DurableOperations implements Operations, Provider {

    /** What tells how long an operation may take (specification of 2025-12-01). */
    private static final Pattern LIMITED =
            Pattern.compile("/(onlineEndpoints|batchEndpoints|schedules|registries)/", Pattern.CASE_INSENSITIVE);

    private static final Logger LOG = System.getLogger(DurableOperations.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COLLECTION = "operations";
    private static final String IN_PROGRESS = "InProgress";
    private static final Set<String> TERMINAL = Set.of("Succeeded", "Failed", "Canceled");

    private final EmulatorContext context;
    private final DocumentStore store;
    private final ResourceStore resources;
    private volatile boolean closed;

    public DurableOperations(EmulatorContext context, ResourceStore resources) {
        this.context = context;
        this.store = context.store();
        this.resources = resources;
    }

    @Override
    public void declare(Routes routes) {
        routes.add("GET", "/subscriptions/{s}/providers/{provider}/locations/{region}/{kind}/{operation}", this::poll);
    }

    /** What was running when the emulator died has lost its thread; it and its resource end as failed. */
    @Override
    public void resume() {
        for (DocumentStore.Entry entry : store.list(COLLECTION, "")) {
            if (entry.document().path("status").asText().equals(IN_PROGRESS)) {
                HttpError error = HttpError.arm(
                        500, "OperationInterrupted", "The emulator was stopped while the operation was running.");
                finish(entry.key(), null, error);
                ResourceId resource =
                        new ResourceId(entry.document().path("resource").asText());
                resources.get(resource).ifPresent(document -> failUnlessSettled(resource, document));
            }
        }
    }

    private void failUnlessSettled(ResourceId resource, ObjectNode document) {
        String state = document.path("properties").path("provisioningState").asText();
        if (!state.isEmpty() && !TERMINAL.contains(state)) {
            ((ObjectNode) document.path("properties")).put("provisioningState", "Failed");
            resources.put(resource, document);
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String start(Exchange exchange, Style style, String provider, ResourceId resource, Callable<JsonNode> work)
            throws IOException {
        OperationAddress address = OperationAddress.of(
                provider, resource, region(resource), UUID.randomUUID().toString());
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("status", IN_PROGRESS)
                .put("resource", resource.value())
                .put("method", exchange.method())
                .put("path", address.path(false))
                .put("startTime", context.clock().instant().toString());
        store.put(COLLECTION, address.name(), document);

        String version = URLEncoder.encode(exchange.query("api-version").orElse("2025-12-01"), StandardCharsets.UTF_8);
        String status = exchange.base() + address.path(false) + "?api-version=" + version;
        String result = exchange.base() + address.path(true) + "?api-version=" + version;
        setHeaders(exchange, style, address, status, result);
        context.executor().execute(() -> run(address.name(), work));
        return status;
    }

    private static void setHeaders(
            Exchange exchange, Style style, OperationAddress address, String status, String result) {
        boolean delete = exchange.method().equals("DELETE");
        if (style == Style.ASYNC_OPERATION || delete) {
            exchange.setHeader("Azure-AsyncOperation", status);
        }
        if (style == Style.LOCATION || address.inference()) {
            exchange.setHeader("Location", result);
        }
        if (LIMITED.matcher(exchange.rawPath()).find()) {
            exchange.setHeader("x-ms-async-operation-timeout", "PT30M");
        }
        if (!address.inference() || !exchange.method().equals("PUT")) {
            // Recorded from the service: putting an online endpoint or deployment has a limit instead of a Retry-After.
            // 1, not 0: a poller takes 0 for "use your own default".
            exchange.setHeader("Retry-After", "1");
        }
    }

    private String region(ResourceId resource) {
        for (ResourceId at = resource; !at.value().isEmpty(); ) {
            String location = resources
                    .get(at)
                    .map(document -> document.path("location").asText())
                    .orElse("");
            if (!location.isEmpty()) {
                return location;
            }
            int cut = at.value().lastIndexOf('/');
            if (cut <= 0) {
                break;
            }
            at = new ResourceId(at.value().substring(0, cut));
        }
        return "westeurope";
    }

    private void run(String name, Callable<JsonNode> work) {
        try {
            finish(name, work.call(), null);
        } catch (HttpError e) {
            finish(name, null, e);
        } catch (InterruptedException e) {
            // The emulator is stopping; resume() of the next start ends the operation.
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            if (closed) {
                LOG.log(Level.DEBUG, "operation " + name + " ended with the emulator", e);
                return;
            }
            LOG.log(Level.ERROR, "operation " + name, e);
            finish(name, null, HttpError.arm(500, "InternalServerError", "The emulator failed: " + e));
        }
    }

    private void finish(String name, @Nullable JsonNode result, @Nullable HttpError error) {
        store.update(COLLECTION, name, document -> {
            document.put("status", error == null ? "Succeeded" : "Failed")
                    .put("endTime", context.clock().instant().toString());
            if (result != null && !result.isNull() && !result.isMissingNode()) {
                document.set("result", result);
            }
            if (error != null) {
                document.put("errorStatus", error.status());
                document.set("error", envelope(error).path("error"));
            }
            return document;
        });
    }

    private static JsonNode envelope(HttpError error) {
        try {
            return JSON.readTree(error.body());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not ARM's error envelope: " + error.body(), e);
        }
    }

    private void poll(Exchange exchange) throws IOException {
        String name = exchange.variable("operation");
        ObjectNode document = store.get(COLLECTION, name)
                .orElseThrow(
                        () -> HttpError.arm(404, "OperationNotFound", "The operation '" + name + "' was not found."));
        if (exchange.variable("kind").toLowerCase(Locale.ROOT).contains("results")) {
            sendResult(exchange, document);
        } else {
            sendStatus(exchange, name, document);
        }
    }

    private static void sendStatus(Exchange exchange, String name, ObjectNode document) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("id", document.path("path").asText())
                .put("name", name)
                .put("status", document.path("status").asText())
                .put("startTime", document.path("startTime").asText());
        if (document.has("endTime")) {
            answer.set("endTime", document.path("endTime"));
        } else {
            exchange.setHeader("Retry-After", "1");
        }
        // The service reports 0 also when done (recorded): no client may trust it.
        answer.put("percentComplete", 0.0);
        if (document.has("error")) {
            answer.set("error", document.path("error"));
        }
        exchange.send(200, answer);
    }

    private static void sendResult(Exchange exchange, ObjectNode document) throws IOException {
        switch (document.path("status").asText()) {
            case IN_PROGRESS -> {
                exchange.setHeader("Location", exchange.base() + exchange.rawPath() + "?" + exchange.rawQuery());
                exchange.setHeader("Retry-After", "1");
                exchange.send(202);
            }
            case "Succeeded" -> {
                if (document.has("result")) {
                    exchange.send(200, document.path("result"));
                } else {
                    exchange.send(document.path("method").asText().equals("DELETE") ? 204 : 200);
                }
            }
            default -> {
                ObjectNode body = JsonNodeFactory.instance.objectNode();
                body.set("error", document.path("error"));
                throw HttpError.json(document.path("errorStatus").asInt(500), body);
            }
        }
    }
}
