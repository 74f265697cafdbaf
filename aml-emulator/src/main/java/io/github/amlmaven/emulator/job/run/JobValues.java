package io.github.amlmaven.emulator.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Inputs and outputs of a job in ARM's form. */
public final class JobValues {

    private JobValues() {}

    public static ObjectNode literal(String value) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("jobInputType", JobInputs.LITERAL)
                .put("value", value);
    }

    public static ObjectNode data(String type, String uri) {
        return JsonNodeFactory.instance.objectNode().put("jobInputType", type).put("uri", uri);
    }

    public static boolean isLiteral(JsonNode input) {
        return input.path("jobInputType").asText().equalsIgnoreCase(JobInputs.LITERAL);
    }

    /** Whether a literal's text is of a component's type; AML sends all literals as text. */
    public static boolean fits(String type, String value) {
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "integer" -> value.matches("[+-]?\\d+");
            case "number" -> value.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
            case "boolean" -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
            default -> true;
        };
    }

    /** The inputs or outputs that are given, by name. */
    public static Map<String, ObjectNode> objects(JsonNode values) {
        Map<String, ObjectNode> objects = new LinkedHashMap<>();
        values.properties().forEach(entry -> {
            if (entry.getValue() instanceof ObjectNode value) {
                objects.put(entry.getKey(), value);
            }
        });
        return objects;
    }

    /** The names of those that are given, for checking references to them. */
    public static Map<String, String> names(JsonNode values) {
        Map<String, String> names = new LinkedHashMap<>();
        objects(values).keySet().forEach(name -> names.put(name, name));
        return names;
    }
}
