package io.github.amlmaven.emulator.collector;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A request or an answer as it went over the wire.
 *
 * @param line {@code path} and {@code method} of a request; empty for an answer
 * @param headers by lower-case name
 */
public record Payload(Map<String, String> line, Map<String, List<String>> headers, ByteBuffer body) {

    public static Payload request(String method, String target, Map<String, List<String>> headers, ByteBuffer body) {
        Map<String, String> line = new LinkedHashMap<>();
        line.put("path", target);
        line.put("method", method);
        return new Payload(line, headers, body);
    }

    public static Payload response(Map<String, List<String>> headers, ByteBuffer body) {
        return new Payload(Map.of(), headers, body);
    }

    CollectedEvent event(String collection, String requestId, Instant now, List<String> captured) {
        Map<String, String> attributes = new LinkedHashMap<>(line);
        int length = body.remaining();
        // How long a request is in all is not known when its first part is collected.
        attributes.put("contentrange", CollectedEvent.range(length, line.isEmpty() ? Integer.toString(length) : "*"));
        attributes.put("correlationid", requestId);
        attributes.put("xrequestid", requestId);
        for (String header : captured) {
            if (headers.containsKey(header)) {
                attributes.putIfAbsent(CollectedEvent.attribute(header), String.join(", ", headers.get(header)));
            }
        }
        return new CollectedEvent(
                CollectedEvent.TYPE_PREFIX + collection,
                UUID.randomUUID().toString(),
                now,
                String.join("", headers.getOrDefault("content-type", List.of("application/octet-stream"))),
                body,
                attributes);
    }
}
