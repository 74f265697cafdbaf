package io.github.amlmaven.emulator.inference;

import io.github.amlmaven.emulator.collector.Payload;
import io.github.amlmaven.emulator.http.Exchange;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A request as it is handed on: to the deployment, and to the mirror. */
record Call(String method, String target, Map<String, List<String>> headers, ByteBuffer content) {

    private static final int CLIENT_ID_LENGTH = 40;

    /** Of the connection, not of the request; and the caller's secret. */
    private static final Set<String> WITHHELD = Set.of(
            "authorization",
            "connection",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "x-request-id");

    static Call of(Exchange exchange, String target) throws IOException {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        exchange.headers().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!WITHHELD.contains(lower)) {
                headers.put(lower, List.copyOf(values));
            }
        });
        headers.computeIfPresent("x-ms-client-request-id", (name, values) -> List.of(cut(values.get(0))));
        return new Call(
                exchange.method(),
                target,
                headers,
                ByteBuffer.wrap(exchange.body().readAllBytes()));
    }

    BodyPublisher body() {
        return content.hasRemaining()
                ? BodyPublishers.ofByteArray(content.array(), content.arrayOffset(), content.remaining())
                : BodyPublishers.noBody();
    }

    /** As the data collector keeps it. */
    Payload payload() {
        return Payload.request(method, target, headers, content);
    }

    /** What the front end lets through of a client's request id. */
    private static String cut(String id) {
        String allowed = id.replaceAll("[^A-Za-z0-9_-]", "");
        return allowed.substring(0, Math.min(CLIENT_ID_LENGTH, allowed.length()));
    }
}
