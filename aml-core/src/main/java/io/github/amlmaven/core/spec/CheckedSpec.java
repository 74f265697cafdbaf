package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.schema.Kind;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file without problems, its values typed by the schema.
 *
 * @param kind what the file is
 * @param file the absolute file; relative paths start from its folder
 * @param content the top mapping; scalars have the type that the schema says
 */
public record CheckedSpec(Kind kind, Path file, ObjectNode content) {

    /** The folder that relative paths start from. */
    public Path directory() {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    /** A text; null when the key is absent. */
    public @Nullable String text(String key) {
        return text(content, key);
    }

    /**
     * A text without which nothing can be sent.
     *
     * @throws AmlException {@code AML-2105} when the key is absent or its value empty
     */
    public String required(String key) {
        String value = text(key);
        if (value == null || value.isEmpty()) {
            throw AmlException.ofProblems(List.of(new Problem(
                    ErrorCode.SPEC_MISSING_KEY,
                    new Location(file.getFileName(), 1, 1),
                    "the key '" + key + "' is missing or empty")));
        }
        return value;
    }

    /** A mapping of texts; empty when the key is absent. */
    public Map<String, String> texts(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        nullable(key).forEach((name, text) -> texts.put(name, text == null ? "" : text));
        return texts;
    }

    /** The same with the values that are null. */
    Map<String, @Nullable String> nullable(String key) {
        Map<String, @Nullable String> texts = new LinkedHashMap<>();
        if (content.get(key) instanceof ObjectNode object) {
            object.properties().forEach(entry -> texts.put(entry.getKey(), PythonScalar.textOrNull(entry.getValue())));
        }
        return texts;
    }

    /** The same as a request has it: a value that is null stays null. */
    ObjectNode printed(String key) {
        return RestBody.texts(content.get(key));
    }

    /** A mapping; null when the key is absent. */
    public @Nullable ObjectNode object(String key) {
        return content.get(key) instanceof ObjectNode object ? object : null;
    }

    /** What a text points to; null when the key is absent. */
    public @Nullable AssetReference reference(String key) {
        String text = text(key);
        return text == null ? null : AssetReference.parse(text, directory());
    }

    /** A text of a mapping; null when the key is absent. */
    public static @Nullable String text(ObjectNode object, String key) {
        JsonNode value = object.get(key);
        return value == null || value.isNull() || value.isContainerNode() ? null : value.asText();
    }
}
