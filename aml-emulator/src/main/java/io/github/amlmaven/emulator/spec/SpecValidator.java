package io.github.amlmaven.emulator.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.spec.SpecTable.Field;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses request bodies that a specification does not allow, in Resource Manager's words: code {@code
 * InvalidRequestContent}, and the path of what is wrong.
 */
public final class SpecValidator {

    private static final Map<String, SpecTable> TABLES = new ConcurrentHashMap<>();

    /** What a resource says of itself; Resource Manager itself makes sure that they are those of the path. */
    private static final Set<String> ENVELOPE = Set.of("id", "name", "type", "systemData");

    private final SpecTable table;

    private SpecValidator(SpecTable table) {
        this.table = table;
    }

    /**
     * Checks a body that makes something new.
     *
     * @see #check(String, String, JsonNode, Optional)
     */
    public static ObjectNode check(String provider, String type, JsonNode body) {
        return check(provider, type, body, Optional.empty());
    }

    /**
     * Checks a body.
     *
     * @param provider {@code Microsoft.MachineLearningServices}, {@code Microsoft.ContainerInstance} ...
     * @param type the specification's name of the body: {@code OnlineEndpoint}, {@code ContainerGroup} ...
     * @param present what a client has been shown of the resource, if there is one: it may send back unchanged what only the
     *     service may set
     * @return the body without properties that only the service may set
     * @throws HttpError 400 when a property is unknown, missing, of another type, or for the service to set
     */
    public static ObjectNode check(String provider, String type, JsonNode body, Optional<? extends JsonNode> present) {
        SpecTable table = TABLES.computeIfAbsent(provider.toLowerCase(Locale.ROOT), SpecTable::load);
        if (!body.isObject()) {
            throw refuse("The body must be a JSON object.", "");
        }
        JsonNode shown = present.isPresent() ? present.get() : MissingNode.getInstance();
        return new SpecValidator(table).object(type, body, shown, "");
    }

    private ObjectNode object(String model, JsonNode body, JsonNode present, String path) {
        if (!body.isObject()) {
            throw wrongType(body, model, path);
        }
        String actual = subtype(model, body, path);
        Map<String, Field> fields = table.fields(actual);
        ObjectNode accepted = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> property : body.properties()) {
            String at = join(path, property.getKey());
            Field field = fields.get(property.getKey());
            if (field == null) {
                throw refuse(
                        "Could not find member '" + property.getKey() + "' on object of type '" + actual + "'.", at);
            }
            JsonNode known = present.path(property.getKey());
            if (!field.readOnly()) {
                accepted.set(property.getKey(), value(field.type(), property.getValue(), known, at));
            } else if (!mayBeSent(at, property.getValue(), known)) {
                throw refuse("Property '" + property.getKey() + "' is read-only and cannot be set.", at);
            }
        }
        String kind = table.discriminatorValue(actual);
        fields.forEach((name, field) -> {
            if (field.discriminator() && !kind.isEmpty() && accepted.has(name)) {
                accepted.put(name, kind);
            }
            if (field.required() && !field.readOnly() && !body.hasNonNull(name)) {
                throw refuse("Required property '" + name + "' not found in JSON.", path);
            }
        });
        return accepted;
    }

    /** What only the service sets is nothing, or what the service has said. */
    private static boolean mayBeSent(String path, JsonNode value, JsonNode known) {
        boolean empty = value.isNull() || (value.isContainerNode() && value.isEmpty());
        return empty || ENVELOPE.contains(path) || value.equals(known);
    }

    /** The subtype that the discriminator names. */
    private String subtype(String model, JsonNode body, String path) {
        if (!table.hasSubtypes(model)) {
            return model;
        }
        Optional<String> discriminator = table.fields(model).entrySet().stream()
                .filter(entry -> entry.getValue().discriminator())
                .map(Map.Entry::getKey)
                .findFirst();
        if (discriminator.isEmpty()) {
            return model;
        }
        String name = discriminator.get();
        if (!body.hasNonNull(name)) {
            throw refuse("Required property '" + name + "' not found in JSON.", path);
        }
        String value = body.path(name).asText();
        return table.subtype(model, value)
                .orElseThrow(() ->
                        refuse("Error converting value \"" + value + "\" to type '" + model + "'.", join(path, name)));
    }

    private JsonNode value(String type, JsonNode value, JsonNode present, String path) {
        if (value.isNull()) {
            return value;
        }
        if (type.startsWith("list<")) {
            return list(type.substring(5, type.length() - 1), value, present, path);
        }
        if (type.startsWith("map<")) {
            return map(type.substring(4, type.length() - 1), value, present, path);
        }
        if (table.hasModel(type)) {
            return object(type, value, present, path);
        }
        Optional<Map<String, String>> enumeration = table.enumeration(type);
        if (enumeration.isEmpty() && scalar(type, value)) {
            return value;
        }
        String written = value.isTextual()
                ? enumeration.orElse(Map.of()).get(value.asText().toLowerCase(Locale.ROOT))
                : null;
        if (written == null) {
            throw wrongType(value, type, path);
        }
        return TextNode.valueOf(written);
    }

    private static boolean scalar(String type, JsonNode value) {
        return switch (type) {
            case "str", "time" -> value.isTextual();
            case "duration" -> value.isTextual() && value.asText().startsWith("P");
            case "int" -> value.canConvertToExactIntegral();
            case "float" -> value.isNumber();
            case "bool" -> value.isBoolean();
            case "any" -> true;
            default -> throw new IllegalArgumentException("no such type: " + type);
        };
    }

    private ArrayNode list(String type, JsonNode value, JsonNode present, String path) {
        if (!value.isArray()) {
            throw wrongType(value, "list of " + type, path);
        }
        ArrayNode accepted = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < value.size(); i++) {
            accepted.add(value(type, value.get(i), present.path(i), path + "[" + i + "]"));
        }
        return accepted;
    }

    private ObjectNode map(String type, JsonNode value, JsonNode present, String path) {
        if (!value.isObject()) {
            throw wrongType(value, "map of " + type, path);
        }
        ObjectNode accepted = JsonNodeFactory.instance.objectNode();
        value.properties().forEach(entry -> {
            // The service's reader makes text of numbers here; the official client sends some.
            boolean converted = type.equals("str") && entry.getValue().isValueNode();
            accepted.set(
                    entry.getKey(),
                    converted
                            ? entry.getValue()
                            : value(type, entry.getValue(), present.path(entry.getKey()), join(path, entry.getKey())));
        });
        return accepted;
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static HttpError wrongType(JsonNode value, String type, String path) {
        String shown = value.isValueNode()
                ? value.toString()
                : value.getNodeType().toString().toLowerCase(Locale.ROOT);
        return refuse("Error converting value " + shown + " to type '" + type + "'.", path);
    }

    private static HttpError refuse(String problem, String path) {
        return HttpError.arm(
                400,
                "InvalidRequestContent",
                "The request content was invalid and could not be deserialized: '" + problem + " Path '" + path
                        + "'.'.");
    }
}
