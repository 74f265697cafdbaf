package io.github.amlmaven.core.spec.schema;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a node may be. */
public sealed interface SchemaType {

    /** What a user calls it: {@code a whole number}. */
    String describe();

    /** Anything at all; its scalars get the types that YAML 1.1 gives them. */
    record Any() implements SchemaType {
        @Override
        public String describe() {
            return "anything";
        }
    }

    /** A scalar with a meaning. */
    record Text(Role role, String argument) implements SchemaType {
        @Override
        public String describe() {
            return role.description();
        }
    }

    /** What a text stands for. */
    enum Role {
        /** Nothing more than text. */
        STRING("a text"),
        /** A value of a parameter: any scalar, sent as Python would print it. */
        LITERAL("a text, a number or a boolean"),
        /** Any scalar, dates included, sent as Python would print it. */
        PRINTED("a text, a number or a boolean"),
        /** A name; the argument says by whose rules. */
        NAME("a name"),
        /** A local file or folder, or a URI. */
        PATH("a path or URI"),
        /** A local file that must exist. */
        FILE("a file"),
        /** A folder of code, or a code asset. */
        CODE("a folder with code, or a code asset"),
        /** An asset of the workspace or a registry; the argument is the collection's name in ARM. */
        ASSET("a reference such as azureml:name:version"),
        /** Another YAML file; the argument is the kind it must have, several divided by a blank. */
        SPEC("the path of a YAML file"),
        /** A compute target. */
        COMPUTE("the name of a compute target"),
        /** A binding such as {@code ${{parent.outputs.x}}}. */
        BINDING("a binding such as ${{parent.outputs.x}}");

        private final String description;

        Role(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }
    }

    /** A whole number. */
    record Whole() implements SchemaType {
        @Override
        public String describe() {
            return "a whole number";
        }
    }

    /** A number. */
    record Decimal() implements SchemaType {
        @Override
        public String describe() {
            return "a number";
        }
    }

    /** True or false. */
    record Bool() implements SchemaType {
        @Override
        public String describe() {
            return "true or false";
        }
    }

    /** How words are compared with those of a {@link Choice}, as the official client does it field by field. */
    enum Casing {
        /** {@code APPEND_ROW} is {@code append_row}. */
        LOWER,
        /** {@code AppendRow} is {@code append_row} too. */
        CAMEL,
        /** Only as it stands. */
        EXACT;

        /** Whether what a file has is the word that is meant. */
        boolean same(String written, String word) {
            return switch (this) {
                case LOWER -> written.equalsIgnoreCase(word);
                case CAMEL -> snake(written).equals(snake(word));
                case EXACT -> written.equals(word);
            };
        }

        private static String snake(String camel) {
            return camel.replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
                    .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                    .toLowerCase(Locale.ROOT);
        }
    }

    /** One of some words. */
    record Choice(List<String> values, Casing casing) implements SchemaType {
        public Choice {
            values = List.copyOf(values);
        }

        /** The word that is meant; empty when it is none of these. */
        public Optional<String> word(String written) {
            return values.stream().filter(value -> casing.same(written, value)).findFirst();
        }

        @Override
        public String describe() {
            return values.size() == 1 ? "'" + values.get(0) + "'" : "one of '" + String.join("', '", values) + "'";
        }
    }

    /** A list. */
    record ListOf(SchemaType item) implements SchemaType {
        @Override
        public String describe() {
            return "a list";
        }
    }

    /** A mapping with names of the user's choice. */
    record MapOf(SchemaType value) implements SchemaType {
        @Override
        public String describe() {
            return "a mapping";
        }
    }

    /**
     * A mapping with known keys.
     *
     * @param any keys of which there must be one; empty when none is needed
     * @param meant what is meant by keys that it has not but that people write, from what other kinds call it
     * @param open whether keys that are not known are passed on, as the official client does for some; only those that
     *     look like a slip of the pen are reported then
     */
    record Shape(String name, Map<String, Key> keys, List<String> any, Map<String, String> meant, boolean open)
            implements SchemaType {
        public Shape {
            meant = Map.copyOf(meant);
            any = List.copyOf(any);
            keys = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(keys));
        }

        @Override
        public String describe() {
            return "a mapping";
        }
    }

    /** A key of a shape. */
    record Key(SchemaType type, boolean required) {}

    /**
     * A mapping whose shape depends on one of its values.
     *
     * @param key the key that decides
     * @param cases by the key's value
     * @param otherwise without the key; null when the key is required
     */
    record Cases(
            String key,
            Map<String, SchemaType> cases,
            @Nullable SchemaType otherwise) implements SchemaType {
        public Cases {
            cases = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(cases));
        }

        @Override
        public String describe() {
            return "a mapping";
        }
    }

    /** A mapping whose shape depends on which key it has; the first that it has decides. */
    record ByPresence(Map<String, SchemaType> cases, SchemaType otherwise) implements SchemaType {
        public ByPresence {
            cases = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(cases));
        }

        @Override
        public String describe() {
            return "a mapping";
        }
    }

    /** One of several. */
    record OneOf(List<SchemaType> alternatives) implements SchemaType {
        public OneOf {
            alternatives = List.copyOf(alternatives);
        }

        @Override
        public String describe() {
            return String.join(
                    " or ",
                    alternatives.stream().map(SchemaType::describe).distinct().toList());
        }
    }

    /** A value that may be left empty; everywhere else YAML's null is a problem, as for the official client. */
    record OrNull(SchemaType type) implements SchemaType {
        @Override
        public String describe() {
            return type.describe();
        }
    }

    /** A type that another description names; looked up when it is needed, so that types may contain themselves. */
    record Named(String name) implements SchemaType {
        @Override
        public String describe() {
            return name;
        }
    }
}
