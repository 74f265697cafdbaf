package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * By what the official client tells components apart: a GUID made of SHA-256 over the {@code componentSpec} as Python's
 * {@code json.dumps(..., sort_keys=True)} writes it. Source: azure-ai-ml 1.34.0 ({@code _utils/utils.py}
 * {@code hash_dict}, {@code entities/_component/component.py}), checked against recorded requests.
 */
public final class ComponentHash {

    private ComponentHash() {}

    /**
     * The version of an anonymous component, so that the same step becomes the same component again.
     *
     * @param body the body of the component's PUT
     */
    public static String anonymousVersion(ObjectNode body) {
        JsonNode spec = body.at("/properties/componentSpec");
        return of(spec, "_source", "name", "version", "id");
    }

    /** The property {@code client_component_hash} of a named component. */
    static String clientHash(ObjectNode componentSpec) {
        return of(componentSpec, "_source", "version");
    }

    /** JSON in Python's spelling, keys in their order. */
    public static String inOrder(JsonNode node) {
        StringBuilder text = new StringBuilder();
        write(node, text, false);
        return text.toString();
    }

    private static String of(JsonNode spec, String... omitted) {
        ObjectNode hashed = RestBody.object();
        List<String> omit = Arrays.asList(omitted);
        spec.properties().forEach(entry -> {
            if (!omit.contains(entry.getKey())) {
                hashed.set(entry.getKey(), asHashed(entry.getKey(), entry.getValue()));
            }
        });
        StringBuilder text = new StringBuilder();
        write(hashed, text, true);
        ByteBuffer bytes = ByteBuffer.wrap(new Sha256().add(text.toString()).bytes());
        return new UUID(bytes.getLong(), bytes.getLong()).toString();
    }

    /** Partition keys are sent as JSON in a text, but hashed as a list. */
    private static JsonNode asHashed(String key, JsonNode value) {
        if (!key.equals("partition_keys") || !value.isTextual()) {
            return value;
        }
        try {
            return new ObjectMapper().readTree(value.textValue());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("written by this library", e);
        }
    }

    /** JSON in Python's spelling: a blank after colon and comma, only ASCII. */
    private static void write(JsonNode node, StringBuilder text, boolean sort) {
        if (node.isObject()) {
            Map<String, JsonNode> sorted = sort ? new TreeMap<>() : new LinkedHashMap<>();
            node.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
            String separator = "{";
            for (var entry : sorted.entrySet()) {
                text.append(separator);
                string(entry.getKey(), text);
                text.append(": ");
                write(entry.getValue(), text, sort);
                separator = ", ";
            }
            text.append(sorted.isEmpty() ? "{}" : "}");
        } else if (node.isArray()) {
            String separator = "[";
            for (JsonNode item : node) {
                text.append(separator);
                write(item, text, sort);
                separator = ", ";
            }
            text.append(node.isEmpty() ? "[]" : "]");
        } else if (node.isTextual()) {
            string(node.textValue(), text);
        } else {
            text.append(node.isDouble() ? PythonScalar.text(node.doubleValue()) : node.asText());
        }
    }

    private static void string(String value, StringBuilder text) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                default -> {
                    if (c < 0x20 || c > 0x7e) {
                        text.append("\\u%04x".formatted((int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
