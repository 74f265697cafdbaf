package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Carries the keys of a YAML mapping over to a request; what is absent or null stays absent. */
final class Fields {

    private final ObjectNode from;
    private final ObjectNode to;

    private Fields(ObjectNode from, ObjectNode to) {
        this.from = from;
        this.to = to;
    }

    /** From a mapping, which may be absent, to a new object. */
    static Fields of(@Nullable JsonNode from) {
        return new Fields(from instanceof ObjectNode object ? object : RestBody.object(), RestBody.object());
    }

    /** From a mapping to an object that exists. */
    static Fields into(ObjectNode from, ObjectNode to) {
        return new Fields(from, to);
    }

    /** What a builder makes of a mapping; null when there is no mapping. */
    static @Nullable ObjectNode optional(@Nullable JsonNode from, Function<ObjectNode, ObjectNode> builder) {
        return from instanceof ObjectNode object ? builder.apply(object) : null;
    }

    /** {@code some_key} becomes {@code someKey}, the value stays. */
    Fields same(String... keys) {
        RestBody.copyCamel(from, to, keys);
        return this;
    }

    /** The value of a key under another name. */
    Fields as(String rest, String key) {
        RestBody.set(to, rest, from.get(key));
        return this;
    }

    /** A text, changed. */
    Fields text(String rest, String key, UnaryOperator<String> change) {
        String text = CheckedSpec.text(from, key);
        RestBody.put(to, rest, text == null ? null : change.apply(text));
        return this;
    }

    /** A mapping whose values become text, empty when absent. */
    Fields texts(String rest, String key) {
        to.set(rest, RestBody.texts(from.get(key)));
        return this;
    }

    /** A mapping whose values become text, absent when absent or empty. */
    Fields textsIfAny(String rest, String key) {
        ObjectNode texts = RestBody.texts(from.get(key));
        if (!texts.isEmpty()) {
            to.set(rest, texts);
        }
        return this;
    }

    /** A mapping whose values become text, absent when absent. */
    Fields textsIfGiven(String rest, String key) {
        if (from.get(key) instanceof ObjectNode given) {
            to.set(rest, RestBody.texts(given));
        }
        return this;
    }

    /** Seconds as ISO 8601. */
    Fields seconds(String... keys) {
        for (String key : keys) {
            RestBody.put(to, RestBody.camel(key), RestBody.seconds(from.get(key)));
        }
        return this;
    }

    /** A value, or a default. */
    Fields or(String rest, String key, JsonNode otherwise) {
        JsonNode value = from.get(key);
        to.set(rest, value == null || value.isNull() ? otherwise : value);
        return this;
    }

    /** A value from elsewhere. */
    Fields put(String rest, @Nullable JsonNode value) {
        RestBody.set(to, rest, value);
        return this;
    }

    /** A text from elsewhere. */
    Fields put(String rest, @Nullable String value) {
        RestBody.put(to, rest, value);
        return this;
    }

    /** A flag from elsewhere. */
    Fields put(String rest, boolean value) {
        to.put(rest, value);
        return this;
    }

    ObjectNode done() {
        return to;
    }
}
