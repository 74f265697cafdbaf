package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.kubernetes.StatusError.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who owns which field: server-side apply with conflicts, and the bookkeeping of plain updates. */
final class FieldManagement {

    private final ApiResource resource;
    private final String now;

    FieldManagement(ApiResource resource, String now) {
        this.resource = resource;
        this.now = now;
    }

    private record Manager(String name, String operation) {}

    /**
     * Merges an applied configuration into the present object.
     *
     * @param live the present object, or an empty one
     * @throws io.github.amlmaven.emulator.http.HttpError 409 when others own fields with other values
     */
    ObjectNode apply(ObjectNode live, ObjectNode applied, String manager, boolean force) {
        Map<Manager, Set<String>> managers = managers(live);
        Manager me = new Manager(manager, "Apply");
        Map<String, JsonNode> wanted = FieldPaths.of(resource.schemaType(), applied);
        Map<String, JsonNode> present = FieldPaths.of(resource.schemaType(), live);
        // The present object has defaults, also inside of fields that are owned as a whole.
        ObjectNode defaulted = applied.deepCopy();
        Defaults.apply(resource, defaulted);
        Map<String, JsonNode> complete = FieldPaths.of(resource.schemaType(), defaulted);
        List<Cause> conflicts = new ArrayList<>();
        for (Map.Entry<Manager, Set<String>> other : managers.entrySet()) {
            if (other.getKey().equals(me)) {
                continue;
            }
            for (String path : Set.copyOf(other.getValue())) {
                JsonNode value = wanted.get(path);
                boolean differs = value != null && !value.equals(present.get(path));
                if (differs && !Objects.equals(complete.get(path), present.get(path))) {
                    other.getValue().remove(path);
                    String who = "conflict with \"" + other.getKey().name() + "\""
                            + (other.getKey().operation().equals("Update") ? " using " + resource.apiVersion() : "");
                    conflicts.add(new Cause("FieldManagerConflict", who, FieldPaths.readable(path)));
                }
            }
        }
        if (!conflicts.isEmpty() && !force) {
            conflicts.sort(java.util.Comparator.comparing(Cause::message).thenComparing(Cause::field));
            throw StatusError.conflicts(conflicts);
        }
        ObjectNode merged = (ObjectNode) merge(resource.schemaType(), live, applied);
        Set<String> given = managers.getOrDefault(me, Set.of());
        managers.remove(me);
        remove(resource.schemaType(), merged, "", abandoned(given, wanted.keySet(), managers));
        managers.put(me, new TreeSet<>(wanted.keySet()));
        store(merged, managers, live);
        return merged;
    }

    /** What this manager applied before and no more, and nobody else owns. */
    private static Set<String> abandoned(Set<String> given, Set<String> wanted, Map<Manager, Set<String>> others) {
        Set<String> gone = new TreeSet<>(given);
        gone.removeAll(wanted);
        gone.removeIf(path -> others.values().stream()
                .anyMatch(owned -> owned.contains(path)
                        || owned.stream().anyMatch(one -> one.startsWith(path + FieldPaths.SEPARATOR))));
        return gone;
    }

    /** Notes what an update changed as its manager's. */
    void updated(ObjectNode next, JsonNode former, String manager) {
        Map<Manager, Set<String>> managers = managers(former);
        Map<String, JsonNode> before = FieldPaths.of(resource.schemaType(), former);
        Map<String, JsonNode> after = FieldPaths.of(resource.schemaType(), next);
        Set<String> changed = new TreeSet<>();
        after.forEach((path, value) -> {
            if (!value.equals(before.get(path))) {
                changed.add(path);
            }
        });
        for (Set<String> owned : managers.values()) {
            owned.removeAll(changed);
        }
        managers.computeIfAbsent(new Manager(manager, "Update"), key -> new TreeSet<>())
                .addAll(changed);
        store(next, managers, former);
    }

    private static Map<Manager, Set<String>> managers(JsonNode object) {
        Map<Manager, Set<String>> managers =
                new TreeMap<>(java.util.Comparator.comparing(Manager::operation).thenComparing(Manager::name));
        for (JsonNode entry : object.path("metadata").path("managedFields")) {
            managers.put(
                    new Manager(
                            entry.path("manager").asText(),
                            entry.path("operation").asText()),
                    FieldPaths.paths(entry.path("fieldsV1")));
        }
        return managers;
    }

    private void store(ObjectNode object, Map<Manager, Set<String>> managers, JsonNode former) {
        Set<String> existing = FieldPaths.of(resource.schemaType(), object).keySet();
        ArrayNode entries = JsonNodeFactory.instance.arrayNode();
        managers.forEach((manager, owned) -> {
            owned.retainAll(existing);
            if (!owned.isEmpty()) {
                ObjectNode tree = FieldPaths.tree(owned);
                ObjectNode entry = entries.addObject()
                        .put("manager", manager.name())
                        .put("operation", manager.operation())
                        .put("apiVersion", resource.apiVersion())
                        .put("time", time(former, manager, tree))
                        .put("fieldsType", "FieldsV1");
                entry.set("fieldsV1", tree);
            }
        });
        object.withObject("/metadata").set("managedFields", entries);
    }

    /** The time of an entry moves only when its fields do, so that applying the same again changes nothing. */
    private String time(JsonNode former, Manager manager, ObjectNode tree) {
        for (JsonNode entry : former.path("metadata").path("managedFields")) {
            if (entry.path("manager").asText().equals(manager.name())
                    && entry.path("operation").asText().equals(manager.operation())
                    && entry.path("fieldsV1").equals(tree)) {
                return entry.path("time").asText();
            }
        }
        return now;
    }

    private static JsonNode merge(String type, JsonNode live, JsonNode applied) {
        if (!(applied instanceof ObjectNode wanted)) {
            return applied;
        }
        ObjectNode result =
                live instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        wanted.properties().forEach(entry -> {
            String name = entry.getKey();
            String fieldType = Schema.fieldType(type, name);
            boolean granular =
                    !MergeKeys.atomic(type, name, fieldType) && (Schema.isStruct(fieldType) || Schema.isMap(fieldType));
            Optional<List<String>> keys =
                    Schema.isList(fieldType) ? MergeKeys.of(Schema.element(fieldType)) : Optional.empty();
            if (keys.isPresent()) {
                result.set(name, list(Schema.element(fieldType), keys.get(), result.path(name), entry.getValue()));
            } else {
                result.set(
                        name,
                        granular
                                ? merge(fieldType, result.path(name), entry.getValue())
                                : entry.getValue().deepCopy());
            }
        });
        return result;
    }

    private static ArrayNode list(String elementType, List<String> keys, JsonNode live, JsonNode applied) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        for (JsonNode element : applied) {
            JsonNode counterpart = JsonNodeFactory.instance.objectNode();
            for (JsonNode present : live) {
                if (MergeKeys.same(keys, present, element)) {
                    counterpart = present;
                }
            }
            result.add(merge(elementType, counterpart, element));
        }
        for (JsonNode present : live) {
            boolean kept = false;
            for (JsonNode element : applied) {
                kept |= MergeKeys.same(keys, present, element);
            }
            if (!kept) {
                result.add(present);
            }
        }
        return result;
    }

    private static void remove(String type, ObjectNode object, String path, Set<String> gone) {
        List<String> removed = new ArrayList<>();
        object.properties().forEach(entry -> {
            String below = FieldPaths.join(path, "f:" + entry.getKey());
            String fieldType = Schema.fieldType(type, entry.getKey());
            if (gone.contains(below)) {
                removed.add(entry.getKey());
            } else if (entry.getValue() instanceof ObjectNode child) {
                remove(fieldType, child, below, gone);
            } else if (entry.getValue() instanceof ArrayNode list) {
                MergeKeys.of(Schema.element(fieldType))
                        .ifPresent(keys -> removeElements(Schema.element(fieldType), keys, list, below, gone));
                if (list.isEmpty()) {
                    removed.add(entry.getKey());
                }
            }
        });
        object.remove(removed);
    }

    private static void removeElements(
            String elementType, List<String> keys, ArrayNode list, String path, Set<String> gone) {
        for (int i = list.size() - 1; i >= 0; i--) {
            String below = FieldPaths.join(path, FieldPaths.key(keys, list.get(i)));
            if (gone.contains(below)) {
                list.remove(i);
            } else if (list.get(i) instanceof ObjectNode element) {
                remove(elementType, element, below, gone);
            }
        }
    }
}
