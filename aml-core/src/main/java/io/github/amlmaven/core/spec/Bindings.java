package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds in a step what it takes from elsewhere in its pipeline. */
public final class Bindings {

    private static final Pattern BINDING = Pattern.compile(
            "\\$\\{\\{\\s*parent\\.(?:(inputs|outputs)\\.([\\w-]+)|jobs\\.([\\w-]+)\\.outputs\\.([\\w-]+))[\\w.-]*\\s*}}");
    /** What is looked at by itself, or is no part of the step but of what it runs. */
    private static final List<String> APART = List.of("inputs", "outputs", "component", "trial");

    /** Where a value comes from or goes to. */
    public sealed interface Binding {}

    /** An input of the pipeline. */
    public record Input(String name) implements Binding {}

    /** An output of the pipeline. */
    public record Output(String name) implements Binding {}

    /** What another step leaves. */
    public record StepOutput(String step, String output) implements Binding {}

    private Bindings() {}

    /** All that a value names, in order. */
    public static List<Binding> in(JsonNode value) {
        List<Binding> found = new ArrayList<>();
        if (value.isContainerNode()) {
            value.forEach(child -> found.addAll(in(child)));
            return found;
        }
        Matcher matcher = BINDING.matcher(value.asText());
        while (matcher.find()) {
            if (matcher.group(3) != null) {
                found.add(new StepOutput(matcher.group(3), matcher.group(4)));
            } else {
                found.add(
                        matcher.group(1).equals("inputs") ? new Input(matcher.group(2)) : new Output(matcher.group(2)));
            }
        }
        return found;
    }

    /** The step's inputs by name, and what else of it is bound (AutoML has its data beside its inputs). */
    public static Map<String, JsonNode> inputs(ObjectNode step) {
        Map<String, JsonNode> inputs = new LinkedHashMap<>();
        step.path("inputs").properties().forEach(input -> inputs.put(input.getKey(), input.getValue()));
        step.properties().stream()
                .filter(entry -> !APART.contains(entry.getKey()))
                .filter(entry -> !in(entry.getValue()).isEmpty())
                .forEach(entry -> inputs.putIfAbsent(entry.getKey(), entry.getValue()));
        return inputs;
    }

    /** Whether an input is data, not a value. */
    public static boolean isData(JsonNode input) {
        return input.hasNonNull("path")
                || (input.isObject()
                        && !input.has("value")
                        && isDataType(input.path("type").asText("uri_folder")));
    }

    private static boolean isDataType(String type) {
        return !List.of("number", "integer", "string", "boolean", "int", "float", "str", "bool")
                .contains(type);
    }
}
