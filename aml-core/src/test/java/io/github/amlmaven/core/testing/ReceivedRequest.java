package io.github.amlmaven.core.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as it came in. */
// Never compared: the array is only read.
@SuppressWarnings("ArrayRecordComponent")
public record ReceivedRequest(String method, String path, String rawQuery, Headers headers, byte[] body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    public @Nullable String header(String name) {
        return headers.getFirst(name);
    }

    public Map<String, String> query() {
        Map<String, String> query = new LinkedHashMap<>();
        for (String part : rawQuery.split("&", -1)) {
            int equals = part.indexOf('=');
            if (!part.isEmpty()) {
                query.put(
                        equals < 0 ? part : part.substring(0, equals),
                        equals < 0 ? "" : URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Method and path, as in {@code GET /a/b}. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
