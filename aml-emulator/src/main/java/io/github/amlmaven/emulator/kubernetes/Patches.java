package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** JSON merge patch (RFC 7386), JSON patch (RFC 6902) and Kubernetes' strategic merge patch. */
final class Patches {

    private static final String DIRECTIVE = "$patch";

    private Patches() {}

    static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode result =
                target instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        patch.properties().forEach(entry -> {
            if (entry.getValue().isNull()) {
                result.remove(entry.getKey());
            } else {
                result.set(entry.getKey(), merge(result.path(entry.getKey()), entry.getValue()));
            }
        });
        return result;
    }

    /** @param type the schema type of the target, which says how lists are merged */
    static JsonNode strategic(String type, JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch;
        }
        if (changes.path(DIRECTIVE).asText().equals("replace")) {
            ObjectNode replaced = changes.deepCopy();
            replaced.remove(DIRECTIVE);
            return replaced;
        }
        ObjectNode result =
                target instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        if (changes.path("$retainKeys").isArray()) {
            List<String> kept = texts(changes.path("$retainKeys"));
            result.retain(kept);
        }
        changes.properties().forEach(entry -> {
            String name = entry.getKey();
            if (name.startsWith("$deleteFromPrimitiveList/")) {
                remove(result.path(name.substring(name.indexOf('/') + 1)), texts(entry.getValue()));
            } else if (!name.startsWith("$")) {
                field(type, result, name, entry.getValue());
            }
        });
        return result;
    }

    private static void field(String type, ObjectNode result, String name, JsonNode value) {
        String fieldType = Schema.fieldType(type, name);
        if (value.isNull()) {
            result.remove(name);
        } else if (value instanceof ArrayNode elements) {
            Optional<List<String>> keys = MergeKeys.of(Schema.element(fieldType));
            if (keys.isPresent()) {
                // Strategic merge knows one key only, where server-side apply may use two.
                List<String> key = keys.get().subList(0, 1);
                result.set(name, list(Schema.element(fieldType), key, result.path(name), elements));
            } else if (name.equals("finalizers")) {
                result.set(name, union(result.path(name), elements));
            } else {
                result.set(name, elements);
            }
        } else {
            result.set(name, value.isObject() ? strategic(fieldType, result.path(name), value) : value);
        }
    }

    private static ArrayNode list(String elementType, List<String> key, JsonNode present, ArrayNode changes) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        boolean replace = false;
        for (JsonNode change : changes) {
            replace |= change.path(DIRECTIVE).asText().equals("replace");
        }
        if (!replace) {
            present.forEach(result::add);
        }
        for (JsonNode change : changes) {
            int at = index(result, key, change);
            String directive = change.path(DIRECTIVE).asText();
            if (directive.equals("delete")) {
                if (at >= 0) {
                    result.remove(at);
                }
            } else if (at >= 0) {
                result.set(at, strategic(elementType, result.get(at), change));
            } else if (!directive.equals("replace")) {
                result.add(strategic(elementType, JsonNodeFactory.instance.objectNode(), change));
            }
        }
        return result;
    }

    private static int index(ArrayNode list, List<String> key, JsonNode element) {
        for (int i = 0; i < list.size(); i++) {
            if (MergeKeys.same(key, list.get(i), element)) {
                return i;
            }
        }
        return -1;
    }

    private static ArrayNode union(JsonNode present, ArrayNode added) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        present.forEach(result::add);
        added.forEach(value -> {
            if (!texts(result).contains(value.asText())) {
                result.add(value);
            }
        });
        return result;
    }

    private static void remove(JsonNode list, List<String> values) {
        for (int i = list.size() - 1; i >= 0; i--) {
            if (values.contains(list.get(i).asText())) {
                ((ArrayNode) list).remove(i);
            }
        }
    }

    private static List<String> texts(JsonNode array) {
        java.util.ArrayList<String> texts = new java.util.ArrayList<>();
        array.forEach(value -> texts.add(value.asText()));
        return texts;
    }

    static JsonNode json(ObjectNode target, JsonNode operations) {
        if (!operations.isArray()) {
            throw StatusError.badRequest("error decoding patch: a JSON patch is a list of operations");
        }
        ObjectNode result = target.deepCopy();
        for (JsonNode operation : operations) {
            operate(result, operation);
        }
        return result;
    }

    private static void operate(ObjectNode document, JsonNode operation) {
        JsonPointer path = pointer(operation.path("path").asText());
        String kind = operation.path("op").asText();
        switch (kind) {
            case "add" -> add(document, path, operation.path("value"));
            case "remove" -> remove(document, path);
            case "replace" -> {
                remove(document, path);
                add(document, path, operation.path("value"));
            }
            case "test" -> {
                if (!document.at(path).equals(operation.path("value"))) {
                    throw StatusError.of(
                            422,
                            "Invalid",
                            "the server rejected our request due to an error in our request: testing value " + path
                                    + " failed");
                }
            }
            case "copy", "move" -> {
                JsonPointer from = pointer(operation.path("from").asText());
                JsonNode value = document.at(from).deepCopy();
                if (kind.equals("move")) {
                    remove(document, from);
                }
                add(document, path, value);
            }
            default -> throw StatusError.badRequest("Unexpected kind: " + kind);
        }
    }

    private static JsonPointer pointer(String text) {
        try {
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException e) {
            throw StatusError.badRequest("error decoding patch: " + e.getMessage());
        }
    }

    private static void add(ObjectNode document, JsonPointer path, JsonNode value) {
        JsonNode parent = document.at(path.head());
        String last = path.last().getMatchingProperty();
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else if (parent instanceof ArrayNode array && last.equals("-")) {
            array.add(value);
        } else if (parent instanceof ArrayNode array
                && last.matches("[0-9]{1,6}")
                && Integer.parseInt(last) <= array.size()) {
            array.insert(Integer.parseInt(last), value);
        } else {
            throw missing(path);
        }
    }

    private static void remove(ObjectNode document, JsonPointer path) {
        JsonNode parent = document.at(path.head());
        String last = path.last().getMatchingProperty();
        if (document.at(path).isMissingNode()) {
            throw missing(path);
        }
        if (parent instanceof ObjectNode object) {
            object.remove(last);
        } else if (parent instanceof ArrayNode array) {
            array.remove(Integer.parseInt(last));
        }
    }

    private static io.github.amlmaven.emulator.http.HttpError missing(JsonPointer path) {
        return StatusError.of(
                422,
                "Invalid",
                "the server rejected our request due to an error in our request: path " + path
                        + " does not exist: missing value");
    }
}
