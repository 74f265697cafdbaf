package io.github.amlmaven.emulator.collector;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.collector.CollectorSettings.Collection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * Takes what a scoring script collects. In AML's containers it listens on 127.0.0.1:50011; here each deployment has a port
 * of its own, which azureml-ai-monitoring finds in {@code AZUREML_MDC_PORT}.
 */
public final class Sidecar implements AutoCloseable {

    /** Where azureml-ai-monitoring 1.0.0 posts to (worker/sender.py). */
    static final String PATH = "/modeldata/log";

    private static final String EVENT_PREFIX = "ce-";

    private final ResourceId deployment;
    private final CollectorSettings settings;
    private final DataCollector collector;
    private final HttpServer server;

    Sidecar(ResourceId deployment, CollectorSettings settings, DataCollector collector, Executor executor)
            throws IOException {
        this.deployment = deployment;
        this.settings = settings;
        this.collector = collector;
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        server.setExecutor(executor);
        server.createContext(PATH, this::take);
        server.start();
    }

    /** On 127.0.0.1. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** What the file says that {@code AZUREML_MDC_CONFIG_PATH} names. */
    public ObjectNode config() {
        return settings.config();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            // One byte more than there is ever room for is enough to refuse it.
            ByteBuffer body = ByteBuffer.wrap(exchange.getRequestBody().readNBytes(DataCollector.WAITING_BYTES + 1));
            Headers headers = exchange.getRequestHeaders();
            String type = first(headers, "ce-type").orElse("");
            Optional<Collection> collection = type.startsWith(CollectedEvent.TYPE_PREFIX)
                    ? settings.collection(type.substring(CollectedEvent.TYPE_PREFIX.length()))
                    : Optional.empty();
            if (!exchange.getRequestMethod().equals("POST")) {
                answer(exchange, 405, "only POST");
            } else if (collection.isEmpty()) {
                answer(exchange, 400, "no enabled collection is meant by ce-type '" + type + "'");
            } else if (!collector.keep(deployment, settings, collection.get(), event(type, headers, body))) {
                answer(exchange, 429, "too much is collected");
            } else {
                answer(exchange, 200, "accepted");
            }
        }
    }

    private CollectedEvent event(String type, Headers headers, ByteBuffer body) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("contentrange", CollectedEvent.range(body.remaining(), Integer.toString(body.remaining())));
        first(headers, "ce-x-request-id").ifPresent(id -> {
            attributes.put("correlationid", id);
            attributes.put("xrequestid", id);
        });
        for (String header : List.of("ce-model-version", "ce-collect-data-type", "ce-agent")) {
            first(headers, header).ifPresent(value -> attributes.put(name(header), value));
        }
        headers.forEach((header, values) -> {
            if (header.toLowerCase(Locale.ROOT).startsWith(EVENT_PREFIX)) {
                attributes.putIfAbsent(name(header), values.get(0));
            }
        });
        return new CollectedEvent(
                type,
                first(headers, "trace-id")
                        .filter(id -> id.matches("[A-Za-z0-9-]{1,64}"))
                        .orElseGet(() -> UUID.randomUUID().toString()),
                time(first(headers, "ce-time").orElse("")),
                first(headers, "Content-Type").orElse("application/octet-stream"),
                body,
                attributes);
    }

    private static String name(String header) {
        return CollectedEvent.attribute(header.substring(EVENT_PREFIX.length()));
    }

    /** azureml-ai-monitoring sends seconds since 1970. */
    private Instant time(String text) {
        return text.matches("\\d{1,11}") ? Instant.ofEpochSecond(Long.parseLong(text)) : collector.now();
    }

    private static Optional<String> first(Headers headers, String name) {
        return Optional.ofNullable(headers.getFirst(name));
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
