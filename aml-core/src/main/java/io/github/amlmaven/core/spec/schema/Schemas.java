package io.github.amlmaven.core.spec.schema;

import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * All types and kinds, read from the descriptions beside this class. A description has {@code types} and {@code kinds};
 * a new kind is an entry in one of them. Keys of a type end in {@code !} when required; {@code $extends}, {@code $open},
 * {@code $any} (keys of
 * which there must be one), {@code $meant} (keys that people write for others), {@code $by} with {@code $cases} and {@code $otherwise}, and {@code $has} say the rest.
 *
 * <p>Source of keys, types and enums: the marshmallow schemas of azure-ai-ml 1.34.0 ({@code azure/ai/ml/_schema}, MIT).
 */
public final class Schemas {

    private static final List<String> DESCRIPTIONS = List.of(
            "common",
            "assets",
            "jobs",
            "components",
            "pipelines",
            "endpoints",
            "automl",
            "compute",
            "schedules",
            "workspaces",
            "featurestores",
            "v1",
            "canary",
            "others");

    private final Map<String, SchemaType> types = new LinkedHashMap<>();
    private final List<Kind> kinds = new ArrayList<>();

    private Schemas() {}

    /** The descriptions, read once: that takes tens of milliseconds. */
    public static Schemas load() {
        return Loaded.SCHEMAS;
    }

    private static final class Loaded {
        static final Schemas SCHEMAS = readAll();
    }

    private static Schemas readAll() {
        Schemas schemas = new Schemas();
        Map<String, Map<?, ?>> shapes = new LinkedHashMap<>();
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        for (String name : DESCRIPTIONS) {
            Map<?, ?> description = read(yaml, name + ".yml");
            map(description, "types").forEach((type, definition) -> {
                if (definition instanceof Map<?, ?> shape) {
                    shapes.put(String.valueOf(type), shape);
                } else {
                    schemas.types.put(String.valueOf(type), TypeExpression.parse(String.valueOf(definition)));
                }
            });
            map(description, "kinds")
                    .forEach((kind, definition) ->
                            schemas.kinds.add(kind(String.valueOf(kind), (Map<?, ?>) definition)));
        }
        shapes.forEach((name, shape) -> schemas.types.put(name, type(name, shape, shapes)));
        return schemas;
    }

    public List<Kind> kinds() {
        return List.copyOf(kinds);
    }

    /** All named types. */
    public Map<String, SchemaType> types() {
        return Map.copyOf(types);
    }

    /** The kind of a name; the name comes from this library, not from a file. */
    public Kind kind(String name) {
        return kinds.stream()
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no kind " + name));
    }

    /** Follows a name to what it stands for. */
    public SchemaType resolve(SchemaType type) {
        SchemaType result = type;
        while (result instanceof SchemaType.Named named) {
            SchemaType target = types.get(named.name());
            if (target == null) {
                throw new IllegalArgumentException("no type " + named.name());
            }
            result = target;
        }
        return result;
    }

    /** The kind by {@code $schema}, else {@code type}, else shape; empty when none of them tells. */
    public Optional<Kind> kindOf(SpecNode.Mapping root) {
        String schema = root.text("$schema");
        if (schema != null) {
            Optional<Kind> declared = bySchema(schema);
            if (declared.isPresent()) {
                return declared;
            }
        }
        return byType(root)
                .or(() -> kinds.stream()
                        .filter(kind -> hasAny(kind.shapes(), root))
                        .findFirst());
    }

    /** The kind that {@code type} names, as jobs and components have it. */
    public Optional<Kind> byType(SpecNode.Mapping root) {
        String type = root.text("type");
        return kinds.stream()
                .filter(kind -> type != null && kind.types().contains(type.toLowerCase(Locale.ROOT)))
                .filter(kind -> kind.conditions().isEmpty() || hasAny(kind.conditions(), root))
                .findFirst();
    }

    /** Whether the keys of a file tell that it is of this kind. */
    public static boolean isShaped(Kind kind, SpecNode.Mapping root) {
        return hasAny(kind.shapes(), root);
    }

    /** The keys that a file of this kind may have on its top level; empty when it may have any. */
    public Set<String> keys(Kind kind) {
        return keys(kind.content());
    }

    private Set<String> keys(SchemaType declared) {
        SchemaType type = resolve(declared);
        Set<String> keys = new LinkedHashSet<>();
        if (type instanceof SchemaType.Shape shape) {
            keys.addAll(shape.keys().keySet());
        } else if (type instanceof SchemaType.Cases cases) {
            cases.cases().values().forEach(one -> keys.addAll(keys(one)));
            SchemaType otherwise = cases.otherwise();
            if (otherwise != null) {
                keys.addAll(keys(otherwise));
            }
        }
        return keys;
    }

    /** The kind that a {@code $schema} value names. */
    public Optional<Kind> bySchema(String schema) {
        String name = schema.substring(schema.lastIndexOf('/') + 1).replaceAll("(\\.schema)?\\.json$", "");
        return kinds.stream()
                .filter(kind -> kind.schemas().stream().anyMatch(name::equalsIgnoreCase))
                .findFirst();
    }

    private static boolean hasAny(List<String> groups, SpecNode.Mapping root) {
        return groups.stream()
                .anyMatch(shape -> Arrays.stream(shape.split(" ", -1)).allMatch(key -> has(root, key)));
    }

    private static boolean has(SpecNode.Mapping root, String path) {
        SpecNode.@Nullable Mapping mapping = root;
        String[] keys = path.split("\\.", -1);
        for (int i = 0; i < keys.length; i++) {
            if (mapping == null) {
                return false;
            }
            if (keys[i].equals("*")) {
                String rest = String.join(".", Arrays.copyOfRange(keys, i + 1, keys.length));
                return mapping.entries().values().stream()
                        .anyMatch(entry -> entry.value() instanceof SpecNode.Mapping child && has(child, rest));
            }
            String[] test = keys[i].split("=", -1);
            // A key without a value tells the kind too; that it has none is a problem of its own.
            SpecNode.Entry entry = mapping.entries().get(test[0]);
            SpecNode value = entry == null ? null : entry.value();
            if (value == null
                    || (test.length == 2
                            && !(value instanceof SpecNode.Scalar scalar
                                    && Arrays.asList(test[1].split("/", -1)).contains(scalar.text())))) {
                return false;
            }
            mapping = value instanceof SpecNode.Mapping child ? child : null;
        }
        return true;
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
        try (InputStream in = Schemas.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the description " + name + " is not in the jar");
            }
            return yaml.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
