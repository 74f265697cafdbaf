package io.github.amlmaven.emulator.collector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One body that is collected.
 *
 * @param type {@code azureml.inference.} and the collection
 * @param attributes after the data: names are those of HTTP headers in lower case without dashes ({@code xrequestid})
 */
record CollectedEvent(
        String type, String id, Instant time, String contentType, ByteBuffer body, Map<String, String> attributes) {

    static final String TYPE_PREFIX = "azureml.inference.";

    /** Larger bodies are blobs of their own ("Store large payloads"). */
    static final int LARGEST_IN_LINE = 4 << 20;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** A header's name as that of an attribute (CloudEvents 1.0: lower-case letters and digits). */
    static String attribute(String header) {
        return header.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** Which part of the body's bytes follows: all of them. */
    static String range(int length, String total) {
        return length == 0 ? "bytes */0" : "bytes 0-" + (length - 1) + "/" + total;
    }

    /** The body as text; empty when it cannot stand in a line. */
    private Optional<String> text() {
        if (body.remaining() > LARGEST_IN_LINE) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(body.duplicate()).toString());
        } catch (CharacterCodingException binary) {
            return Optional.empty();
        }
    }

    /** Whether the body must be a blob of its own. */
    boolean apart() {
        return text().isEmpty();
    }

    /**
     * The event as one line of JSON (CloudEvents 1.0 JSON format), with its line end.
     *
     * @param source the deployment's id
     * @param blob where the body lies when it is {@link #apart}
     */
    String line(String source, String blob) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("specversion", "1.0")
                .put("id", id)
                .put("source", source)
                .put("type", type)
                .put("datacontenttype", contentType)
                .put("time", time.truncatedTo(ChronoUnit.SECONDS).toString());
        Optional<String> text = text();
        if (text.isEmpty()) {
            line.put("data", blob);
        } else if (contentType.toLowerCase(Locale.ROOT).contains("json")) {
            data(line, text.get());
        } else {
            line.put("data", text.get());
        }
        attributes.forEach((name, value) -> {
            if (!line.has(name)) {
                line.put(name, value);
            }
        });
        if (text.isEmpty()) {
            line.put("datainblob", "true");
        }
        try {
            return JSON.writeValueAsString(line) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write an event", e);
        }
    }

    private static void data(ObjectNode line, String text) {
        try {
            line.set("data", JSON.readTree(text));
        } catch (IOException onlyCalledJson) {
            line.put("data", text);
        }
    }
}
