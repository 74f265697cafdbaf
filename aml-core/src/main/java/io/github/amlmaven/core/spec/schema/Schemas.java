package io.github.amlmaven.core.spec.schema;

import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    private static final Schemas SCHEMAS = new Schemas();

    private final Descriptions descriptions = new Descriptions(DESCRIPTIONS);

    private Schemas() {}

    /** The descriptions, each read when it is first needed: all of them take a fifth of a second of a JVM that has just begun. */
    public static Schemas load() {
        return SCHEMAS;
    }

    /** All kinds, in the order in which they are asked whether a file is of them. */
    public List<Kind> kinds() {
        return descriptions.kinds().toList();
    }

    /** All named types. */
    public Map<String, SchemaType> types() {
        return descriptions.types();
    }

    /** The kind of a name; the name comes from this library, not from a file. */
    public Kind kind(String name) {
        return descriptions
                .kinds()
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no kind " + name));
    }

    /** Follows a name to what it stands for. */
    public SchemaType resolve(SchemaType type) {
        SchemaType result = type;
        while (result instanceof SchemaType.Named named) {
            result = descriptions.type(named.name());
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
                .or(() -> descriptions
                        .kinds()
                        .filter(kind -> hasAny(kind.shapes(), root))
                        .findFirst());
    }

    /** The kind that {@code type} names, as jobs and components have it. */
    public Optional<Kind> byType(SpecNode.Mapping root) {
        String type = root.text("type");
        return descriptions
                .kinds()
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
        return descriptions
                .kinds()
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
}
