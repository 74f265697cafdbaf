package io.github.amlmaven.core.spec.yaml;

import io.github.amlmaven.core.error.Location;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A YAML node that remembers where it stands. Scalars keep their text: what type a text has is the schema's decision,
 * not YAML 1.1's, so that {@code no}, {@code 012} and {@code 1e3} stay text where text is expected.
 */
public sealed interface SpecNode {

    /** Where the node begins. */
    Location location();

    /** What it is called in a message. */
    String describe();

    /**
     * A mapping in file order.
     *
     * @param entries by key
     */
    record Mapping(Location location, Map<String, Entry> entries) implements SpecNode {

        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        /** The value of a key; null when the key is absent or its value is YAML's null. */
        public @Nullable SpecNode get(String key) {
            Entry entry = entries.get(key);
            return entry == null || (entry.value() instanceof Scalar scalar && scalar.isNull()) ? null : entry.value();
        }

        /** The text of a scalar value; null when the key is absent, null or not a scalar. */
        public @Nullable String text(String key) {
            return get(key) instanceof Scalar scalar ? scalar.text() : null;
        }

        /** The same mapping, at the same places, with another text as the value of a key that it has. */
        public Mapping with(String key, String text) {
            Map<String, Entry> others = new LinkedHashMap<>(entries);
            others.computeIfPresent(
                    key,
                    (name, entry) ->
                            new Entry(entry.key(), new Scalar(entry.value().location(), text, false)));
            return new Mapping(location, others);
        }

        /** The same mapping with other names for some of its keys, at the same places. */
        public Mapping renamed(Map<String, String> names) {
            Map<String, Entry> others = new LinkedHashMap<>();
            entries.forEach((key, entry) -> others.put(names.getOrDefault(key, key), entry));
            return new Mapping(location, others);
        }

        @Override
        public String describe() {
            return "a mapping";
        }
    }

    /**
     * A key with its value.
     *
     * @param key where the key stands and how it is written
     */
    record Entry(Scalar key, SpecNode value) {}

    /** A sequence. */
    record Sequence(Location location, List<SpecNode> items) implements SpecNode {

        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String describe() {
            return "a list";
        }
    }

    /**
     * A scalar.
     *
     * @param text the text after unescaping and interpolation
     * @param plain whether it is written without quotes, so that it may stand for something else than text
     */
    record Scalar(Location location, String text, boolean plain) implements SpecNode {

        /** Whether it is YAML's null: nothing, {@code ~} or {@code null}. */
        public boolean isNull() {
            return plain
                    && switch (text) {
                        case "", "~", "null", "Null", "NULL" -> true;
                        default -> false;
                    };
        }

        @Override
        public String describe() {
            return isNull() ? "nothing" : "'" + (text.length() > 40 ? text.substring(0, 37) + "..." : text) + "'";
        }
    }
}
