package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds request bodies the way the official client serialises: what is null or absent is left out. */
public final class RestBody {

    public static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private RestBody() {}

    public static ObjectNode object() {
        return JSON.objectNode();
    }

    /** Wraps properties as ARM wants them. */
    public static ObjectNode properties(ObjectNode properties) {
        ObjectNode body = object();
        body.set("properties", properties);
        return body;
    }

    public static void put(ObjectNode target, String key, @Nullable String value) {
        if (value != null) {
            target.put(key, value);
        }
    }

    public static void set(ObjectNode target, String key, @Nullable JsonNode value) {
        if (value != null && !value.isNull()) {
            target.set(key, value);
        }
    }

    /** The users of an identity: {@code user_assigned_identities}, a list, become {@code userAssignedIdentities}, a mapping. */
    public static void assignUsers(ObjectNode target, JsonNode identity) {
        JsonNode users = identity.path("user_assigned_identities");
        if (!users.isEmpty()) {
            ObjectNode assigned = target.putObject("userAssignedIdentities");
            // A user without an id is Python's None for the official client.
            users.forEach(user -> assigned.putObject(user.path("resource_id").asText("None")));
        }
    }

    /** A copy that nobody changes; unlike {@link Map#copyOf} it keeps the order and what is null. */
    static Map<String, @Nullable String> copy(Map<String, @Nullable String> texts) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(texts));
    }

    /** A mapping of texts; a value that is null stays null. */
    public static ObjectNode texts(Map<String, @Nullable String> texts) {
        ObjectNode object = object();
        texts.forEach(object::put);
        return object;
    }

    /** The values of a mapping as Python writes them; a value that is null stays null. Empty when there is no mapping. */
    public static ObjectNode texts(@Nullable JsonNode mapping) {
        ObjectNode texts = object();
        if (mapping != null) {
            mapping.properties().forEach(entry -> texts.put(entry.getKey(), PythonScalar.textOrNull(entry.getValue())));
        }
        return texts;
    }

    /** Copies some keys of a snake_case mapping to their camelCase names. */
    public static void copyCamel(ObjectNode from, ObjectNode to, String... keys) {
        for (String key : keys) {
            set(to, camel(key), from.get(key));
        }
    }

    /** {@code max_retries} to {@code maxRetries}. */
    public static String camel(String snake) {
        StringBuilder result = new StringBuilder();
        boolean upper = false;
        for (int i = 0; i < snake.length(); i++) {
            char c = snake.charAt(i);
            if (c != '_') {
                result.append(upper ? Character.toUpperCase(c) : c);
            }
            upper = c == '_';
        }
        return result.toString();
    }

    /** {@code append_row} to {@code AppendRow}. */
    public static String pascal(String snake) {
        String camel = camel(snake);
        return camel.isEmpty() ? camel : Character.toUpperCase(camel.charAt(0)) + camel.substring(1);
    }

    /** Seconds as ISO 8601, in the official client's spelling: {@code PT1H30M}. */
    public static @Nullable String seconds(@Nullable JsonNode seconds) {
        return seconds == null || !seconds.isNumber() ? null : iso(Duration.ofSeconds(seconds.longValue()));
    }

    /** Milliseconds as ISO 8601. */
    public static @Nullable String milliseconds(@Nullable JsonNode milliseconds) {
        return milliseconds == null || !milliseconds.isNumber()
                ? null
                : iso(Duration.ofMillis(milliseconds.longValue()));
    }

    /** Unlike {@link Duration#toString()} days are written as days. */
    private static String iso(Duration duration) {
        long days = duration.toDays();
        Duration rest = duration.minusDays(days);
        if (days == 0) {
            return rest.toString();
        }
        return "P" + days + "D" + (rest.isZero() ? "" : rest.toString().substring(1));
    }
}
