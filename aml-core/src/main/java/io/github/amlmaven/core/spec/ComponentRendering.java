package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parts that components of all types share, as the official client renders them. */
final class ComponentRendering {

    private static final Set<String> RESOURCES = Set.of(
            "locations",
            "instance_count",
            "instance_type",
            "max_instance_count",
            "properties",
            "docker_args",
            "shm_size");

    private ComponentRendering() {}

    /** Assets inside a {@code componentSpec} carry the prefix that other requests do without. */
    static String prefixed(String id) {
        return id.startsWith("/") ? "azureml:" + id : id;
    }

    /** Name, version and what describes a component. */
    static void describe(ObjectNode spec, CheckedSpec source, String name, @Nullable String version) {
        spec.put("name", name);
        RestBody.put(spec, "description", source.text("description"));
        ObjectNode tags = source.printed("tags");
        if (!tags.isEmpty()) {
            spec.set("tags", tags);
        }
        RestBody.put(spec, "version", version);
        RestBody.put(spec, "$schema", source.text("$schema"));
        RestBody.put(spec, "display_name", source.text("display_name"));
    }

    /** Wraps a {@code componentSpec}. */
    static ObjectNode body(ObjectNode spec, CheckedSpec source, String name) {
        boolean anonymous = name.equals(ComponentSpec.ANONYMOUS);
        ObjectNode body = RestBody.object();
        RestBody.put(body, "description", source.text("description"));
        ObjectNode properties = source.printed("properties");
        if (!anonymous) {
            properties.put("client_component_hash", ComponentHash.clientHash(spec));
        }
        body.set("properties", properties);
        body.set("tags", source.printed("tags"));
        body.put("isAnonymous", anonymous);
        body.put("isArchived", false);
        body.set("componentSpec", spec);
        return RestBody.properties(body);
    }

    static @Nullable ObjectNode inputs(@Nullable ObjectNode inputs) {
        return inputs == null || inputs.isEmpty() ? null : ports(inputs, true);
    }

    static @Nullable ObjectNode outputs(@Nullable ObjectNode outputs) {
        return outputs == null || outputs.isEmpty() ? null : ports(outputs, false);
    }

    private static ObjectNode ports(ObjectNode declared, boolean inputs) {
        ObjectNode rest = RestBody.object();
        declared.properties().forEach(entry -> {
            if (entry.getValue() instanceof ObjectNode port) {
                rest.set(entry.getKey(), inputs ? input(port) : output(port));
            } else {
                rest.putObject(entry.getKey()).put("type", "uri_folder");
            }
        });
        return rest;
    }

    private static ObjectNode input(ObjectNode port) {
        ObjectNode rest = RestBody.object();
        String type = CheckedSpec.text(port, "type");
        rest.put("type", type);
        for (String key : new String[] {"default", "min", "max"}) {
            JsonNode value = port.get(key);
            RestBody.put(rest, key, value == null || value.isNull() ? null : value(type, value));
        }
        if ("true".equals(CheckedSpec.text(port, "optional"))) {
            rest.put("optional", true);
        }
        RestBody.put(rest, "description", CheckedSpec.text(port, "description"));
        if (port.get("enum") instanceof ArrayNode values) {
            ArrayNode texts = rest.putArray("enum");
            values.forEach(value -> texts.add(PythonScalar.text(value)));
        }
        RestBody.put(rest, "mode", CheckedSpec.text(port, "mode"));
        return rest;
    }

    private static ObjectNode output(ObjectNode port) {
        ObjectNode rest = RestBody.object();
        String type = CheckedSpec.text(port, "type");
        rest.put("type", type == null ? "uri_folder" : type);
        RestBody.put(rest, "description", CheckedSpec.text(port, "description"));
        RestBody.put(rest, "mode", CheckedSpec.text(port, "mode"));
        return rest;
    }

    /** A default in the spelling that Python gives to a value of the input's type: 1 is 1.0 for a number. */
    private static String value(@Nullable String type, JsonNode value) {
        String text = PythonScalar.text(value);
        if (type == null) {
            return text;
        }
        boolean number = text.matches("[-+]?[0-9]+(?:\\.[0-9]*)?(?:[eE][-+]?[0-9]+)?");
        return switch (type) {
            case "number" -> number ? PythonScalar.text(Double.parseDouble(text)) : text;
            case "boolean" ->
                switch (text.toLowerCase(Locale.ROOT)) {
                    case "true" -> "True";
                    case "false" -> "False";
                    default -> text;
                };
            case "string" -> value.isIntegralNumber() ? PythonScalar.text(value.doubleValue()) : text;
            default -> text;
        };
    }

    /** Resources as a component has them: what is absent or empty stays absent. */
    static @Nullable ObjectNode resources(@Nullable ObjectNode resources) {
        if (resources == null) {
            return null;
        }
        ObjectNode rest = known(resources, RESOURCES);
        if (rest.path("properties").isEmpty()) {
            rest.remove("properties");
        }
        return rest.isEmpty() ? null : rest;
    }

    /** A distribution as a component has it; TensorFlow counts its servers always. */
    static @Nullable ObjectNode distribution(@Nullable ObjectNode distribution) {
        if (distribution == null) {
            return null;
        }
        ObjectNode rest = known(distribution, JobRendering.DISTRIBUTION);
        if ("tensorflow".equals(CheckedSpec.text(rest, "type")) && !rest.has("parameter_server_count")) {
            rest.put("parameter_server_count", 0);
        }
        return rest;
    }

    /** The entries that are known and not null; the official client drops all others. */
    static ObjectNode known(ObjectNode object, Set<String> keys) {
        ObjectNode copy = compact(object);
        copy.retain(keys);
        return copy;
    }

    /** The mapping without entries that are null. */
    static ObjectNode compact(ObjectNode object) {
        ObjectNode copy = RestBody.object();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            RestBody.set(copy, entry.getKey(), entry.getValue());
        }
        return copy;
    }
}
