package io.github.amlmaven.core.spec.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The descriptions of types and kinds, read one after the other until what is looked for is found: a goal that reads a
 * model's YAML needs two of them. A type may extend one of an earlier description, and names are never given twice. Safe for
 * use by several threads.
 */
final class Descriptions {

    private final Queue<String> unread;
    private final Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    private final Map<String, Map<?, ?>> shapes = new LinkedHashMap<>();
    private final Map<String, SchemaType> types = new LinkedHashMap<>();
    private final List<Kind> kinds = new ArrayList<>();

    /** @param names of the resources beside this class, without their ending, in the order of their kinds */
    Descriptions(List<String> names) {
        this.unread = new ArrayDeque<>(names);
    }

    /** The kinds in order; no description is read that the caller does not come to. */
    Stream<Kind> kinds() {
        return Stream.iterate(0, this::hasKind, index -> index + 1).map(this::kindAt);
    }

    private synchronized boolean hasKind(int index) {
        while (kinds.size() <= index && !unread.isEmpty()) {
            readNext();
        }
        return index < kinds.size();
    }

    private synchronized Kind kindAt(int index) {
        return kinds.get(index);
    }

    /** @throws IllegalArgumentException when no description has it */
    synchronized SchemaType type(String name) {
        while (!types.containsKey(name) && !unread.isEmpty()) {
            readNext();
        }
        SchemaType type = types.get(name);
        if (type == null) {
            throw new IllegalArgumentException("no type " + name);
        }
        return type;
    }

    /** All types, by name. */
    synchronized Map<String, SchemaType> types() {
        while (!unread.isEmpty()) {
            readNext();
        }
        return Map.copyOf(types);
    }

    private void readNext() {
        Map<?, ?> description = read(yaml, unread.remove() + ".yml");
        Map<?, ?> described = map(description, "types");
        described.forEach((name, definition) -> {
            if (definition instanceof Map<?, ?> shape) {
                shapes.put(String.valueOf(name), shape);
            }
        });
        described.forEach((name, definition) -> {
            SchemaType type = definition instanceof Map<?, ?> shape
                    ? type(String.valueOf(name), shape, shapes)
                    : TypeExpression.parse(String.valueOf(definition));
            if (types.put(String.valueOf(name), type) != null) {
                throw new IllegalStateException("two types " + name);
            }
        });
        map(description, "kinds")
                .forEach((name, definition) -> kinds.add(kind(String.valueOf(name), (Map<?, ?>) definition)));
    }

    private static Kind kind(String name, Map<?, ?> definition) {
        return new Kind(
                name,
                words(definition, "schema"),
                words(definition, "type"),
                words(definition, "where"),
                words(definition, "shape"),
                Boolean.TRUE.equals(definition.get("nulls")),
                TypeExpression.parse(String.valueOf(definition.get("is"))));
    }

    private static SchemaType type(String name, Map<?, ?> definition, Map<String, Map<?, ?>> shapes) {
        Object otherwise = definition.get("$otherwise");
        if (definition.get("$by") instanceof String key) {
            return new SchemaType.Cases(
                    key,
                    expressions(map(definition, "$cases")),
                    otherwise == null ? null : TypeExpression.parse(otherwise.toString()));
        }
        if (definition.containsKey("$has")) {
            return new SchemaType.ByPresence(
                    expressions(map(definition, "$has")), TypeExpression.parse(String.valueOf(otherwise)));
        }
        Map<String, SchemaType.Key> keys = new LinkedHashMap<>();
        boolean inheritsOpen = inherit(definition, shapes, keys);
        own(definition, keys);
        List<String> any = words(definition, "$any").stream()
                .flatMap(group -> Arrays.stream(group.split(" ", -1)))
                .toList();
        return new SchemaType.Shape(
                name, keys, inherited(definition, shapes, any), meant(definition), inheritsOpen || isOpen(definition));
    }

    private static boolean inherit(
            Map<?, ?> definition, Map<String, Map<?, ?>> shapes, Map<String, SchemaType.Key> keys) {
        boolean open = false;
        for (String parent : words(definition, "$extends")) {
            Map<?, ?> inherited = shapes.get(parent);
            if (inherited == null) {
                throw new IllegalArgumentException("no type " + parent + " to extend");
            }
            boolean inheritsOpen = inherit(inherited, shapes, keys);
            open = open || inheritsOpen || isOpen(inherited);
            own(inherited, keys);
        }
        return open;
    }

    private static Map<String, String> meant(Map<?, ?> definition) {
        Map<String, String> meant = new LinkedHashMap<>();
        map(definition, "$meant").forEach((written, key) -> meant.put(String.valueOf(written), String.valueOf(key)));
        return meant;
    }

    private static List<String> inherited(Map<?, ?> definition, Map<String, Map<?, ?>> shapes, List<String> own) {
        List<String> any = new ArrayList<>(own);
        for (String parent : words(definition, "$extends")) {
            Map<?, ?> shape = shapes.get(parent);
            if (shape != null) {
                words(shape, "$any").forEach(group -> any.addAll(Arrays.asList(group.split(" ", -1))));
            }
        }
        return any;
    }

    private static boolean isOpen(Map<?, ?> definition) {
        return Boolean.TRUE.equals(definition.get("$open"));
    }

    private static void own(Map<?, ?> definition, Map<String, SchemaType.Key> keys) {
        definition.forEach((key, expression) -> {
            String name = String.valueOf(key);
            if (name.equals("$schema") || !name.startsWith("$")) {
                boolean required = name.endsWith("!");
                keys.put(
                        required ? name.substring(0, name.length() - 1) : name,
                        new SchemaType.Key(TypeExpression.parse(String.valueOf(expression)), required));
            }
        });
    }

    private static Map<String, SchemaType> expressions(Map<?, ?> cases) {
        Map<String, SchemaType> types = new LinkedHashMap<>();
        cases.forEach((value, expression) ->
                types.put(String.valueOf(value), TypeExpression.parse(String.valueOf(expression))));
        return types;
    }

    private static List<String> words(Map<?, ?> definition, String key) {
        Object value = definition.get(key);
        if (value == null) {
            return List.of();
        }
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of(String.valueOf(value));
    }

    private static Map<?, ?> map(Map<?, ?> definition, String key) {
        return definition.get(key) instanceof Map<?, ?> map ? map : Map.of();
    }

    private static Map<?, ?> read(Yaml yaml, String name) {
        try (InputStream in = Descriptions.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the description " + name + " is not in the jar");
            }
            return yaml.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
