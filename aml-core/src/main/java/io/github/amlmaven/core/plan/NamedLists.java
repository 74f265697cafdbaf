package io.github.amlmaven.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Two documents whose lists of named things (containers, environment variables, ports, registries) are maps by that name, so
 * that one more of them moves no other, and a place is told by a name.
 */
final class NamedLists {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** What names an element, in Kubernetes' and in Azure's lists. */
    private static final List<String> NAMES = List.of("name", "server");

    private final Set<String> places = new HashSet<>();
    private final JsonNode now;
    private final JsonNode wanted;

    NamedLists(JsonNode now, JsonNode wanted) {
        this.now = converted("", now, wanted);
        this.wanted = converted("", wanted, now);
    }

    JsonNode now() {
        return now;
    }

    JsonNode wanted() {
        return wanted;
    }

    /** Whether a map was a list. */
    boolean isList(String path) {
        return places.contains(path);
    }

    private JsonNode converted(String path, JsonNode node, JsonNode other) {
        if (node.isObject()) {
            ObjectNode copy = JSON.objectNode();
            node.properties()
                    .forEach(entry -> copy.set(
                            entry.getKey(),
                            converted(
                                    Pointer.below(path, entry.getKey()),
                                    entry.getValue(),
                                    other.path(entry.getKey()))));
            return copy;
        }
        if (!node.isArray()) {
            return node;
        }
        Optional<String> by =
                NAMES.stream().filter(name -> named(node, other, name)).findFirst();
        if (by.isEmpty()) {
            ArrayNode copy = JSON.arrayNode();
            for (int i = 0; i < node.size(); i++) {
                copy.add(converted(Pointer.below(path, String.valueOf(i)), node.get(i), other.path(i)));
            }
            return copy;
        }
        places.add(path);
        ObjectNode map = JSON.objectNode();
        for (JsonNode element : node) {
            String name = element.path(by.get()).asText();
            ObjectNode rest =
                    (ObjectNode) converted(Pointer.below(path, name), element, counterpart(other, by.get(), name));
            rest.remove(by.get());
            map.set(name, rest);
        }
        return map;
    }

    private static JsonNode counterpart(JsonNode list, String by, String name) {
        for (JsonNode element : list) {
            if (element.path(by).asText().equals(name)) {
                return element;
            }
        }
        return JSON.missingNode();
    }

    /** Both sides must be such lists, or nothing: else they could not be compared. */
    private static boolean named(JsonNode list, JsonNode other, String by) {
        boolean nothing = other.isMissingNode() || other.isNull();
        return list.size() + other.size() > 0 && named(list, by) && (nothing || (other.isArray() && named(other, by)));
    }

    private static boolean named(JsonNode list, String by) {
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode element : list) {
            if (!element.isObject()
                    || !element.path(by).isTextual()
                    || !names.add(element.path(by).asText())) {
                return false;
            }
        }
        return true;
    }
}
