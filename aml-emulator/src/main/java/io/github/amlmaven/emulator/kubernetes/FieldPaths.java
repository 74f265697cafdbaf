package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Fields as paths, the way that managed fields name them: {@code f:spec}, {@code k:{"name":"x"}}, {@code v:"text"}. A
 * path is kept as one string with its elements separated by a character that occurs in none.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">server-side apply</a>
 */
final class FieldPaths {

    static final String SEPARATOR = "\n";

    private static final Set<String> SYSTEM_FIELDS = Set.of(
            "f:apiVersion",
            "f:kind",
            "f:status",
            "f:metadata",
            "f:metadata\nf:name",
            "f:metadata\nf:namespace",
            "f:metadata\nf:uid",
            "f:metadata\nf:generation",
            "f:metadata\nf:resourceVersion",
            "f:metadata\nf:creationTimestamp",
            "f:metadata\nf:deletionTimestamp",
            "f:metadata\nf:managedFields",
            "f:metadata\nf:selfLink",
            "f:metadata\nf:generateName");

    private FieldPaths() {}

    /** All owned paths of an object with their values; elements of keyed lists are paths too. */
    static Map<String, JsonNode> of(String kind, JsonNode object) {
        Map<String, JsonNode> paths = new TreeMap<>();
        collect(kind, object, "", paths);
        return paths;
    }

    private static void collect(String type, JsonNode object, String path, Map<String, JsonNode> paths) {
        object.properties().forEach(entry -> {
            String below = join(path, "f:" + entry.getKey());
            if (!SYSTEM_FIELDS.contains(below) || below.equals("f:metadata")) {
                String fieldType = Schema.fieldType(type, entry.getKey());
                value(fieldType, MergeKeys.atomic(type, entry.getKey(), fieldType), entry.getValue(), below, paths);
            }
        });
    }

    private static void value(String type, boolean atomic, JsonNode value, String path, Map<String, JsonNode> paths) {
        boolean granular = !atomic && (Schema.isStruct(type) || Schema.isMap(type));
        if (granular && value.isObject() && !value.isEmpty()) {
            collect(type, value, path, paths);
            return;
        }
        Optional<List<String>> keys = Schema.isList(type) ? MergeKeys.of(Schema.element(type)) : Optional.empty();
        if (keys.isPresent() && value.isArray()) {
            for (JsonNode element : value) {
                String below = join(path, key(keys.get(), element));
                paths.put(below, JsonNodeFactory.instance.objectNode());
                collect(Schema.element(type), element, below, paths);
            }
            return;
        }
        if (!path.equals("f:metadata")) {
            paths.put(path, value);
        }
    }

    /** The path element of a list's element. */
    static String key(List<String> names, JsonNode element) {
        ObjectNode key = JsonNodeFactory.instance.objectNode();
        for (String name : names) {
            JsonNode value = element.path(name);
            key.set(name, value.isMissingNode() && name.equals("protocol") ? TextNode.valueOf("TCP") : value);
        }
        return "k:" + key;
    }

    static String join(String path, String element) {
        return path.isEmpty() ? element : path + SEPARATOR + element;
    }

    /** As {@code fieldsV1} has it: a tree, with {@code .} for the element itself. */
    static ObjectNode tree(Set<String> paths) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        for (String path : paths) {
            ObjectNode at = root;
            String[] elements = path.split(SEPARATOR, -1);
            for (String element : elements) {
                at = at.path(element) instanceof ObjectNode below ? below : at.putObject(element);
            }
            if (elements[elements.length - 1].startsWith("k:")) {
                at.putObject(".");
            }
        }
        return root;
    }

    static Set<String> paths(JsonNode tree) {
        Set<String> paths = new TreeSet<>();
        read(tree, "", paths);
        return paths;
    }

    private static void read(JsonNode tree, String path, Set<String> paths) {
        tree.properties().forEach(entry -> {
            if (entry.getKey().equals(".")) {
                paths.add(path);
            } else {
                String below = join(path, entry.getKey());
                if (entry.getValue().isEmpty()) {
                    paths.add(below);
                } else {
                    read(entry.getValue(), below, paths);
                }
            }
        });
    }

    /** For messages: {@code .spec.template.spec.containers[name="x"].image}. */
    static String readable(String path) {
        StringBuilder text = new StringBuilder();
        for (String element : path.split(SEPARATOR, -1)) {
            if (element.startsWith("k:")) {
                List<String> parts = new ArrayList<>();
                for (String part : element.substring(3, element.length() - 1).split(",", -1)) {
                    parts.add(part.replaceFirst("^\"([^\"]*)\":", "$1="));
                }
                text.append('[').append(String.join(",", parts)).append(']');
            } else {
                text.append('.').append(element.substring(2));
            }
        }
        return text.toString();
    }
}
