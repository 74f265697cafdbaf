package io.github.amlmaven.emulator.function;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A {@code function.json}.
 *
 * @param trigger its one binding that ends with {@code Trigger}
 * @param outputs its bindings with direction {@code out}
 * @param document the file, with the settings that it names
 */
public record FunctionDefinition(String name, JsonNode trigger, List<JsonNode> outputs, JsonNode document) {

    private static final List<String> TRIGGERS = List.of("httptrigger", "queuetrigger", "blobtrigger");
    private static final List<String> OUTPUTS = List.of("http", "queue", "blob");

    static FunctionDefinition of(String name, JsonNode document) throws FunctionProgram.Unusable {
        List<JsonNode> triggers = new ArrayList<>();
        List<JsonNode> outputs = new ArrayList<>();
        for (JsonNode binding : document.path("bindings")) {
            String type = type(binding);
            if (type.endsWith("trigger")) {
                triggers.add(binding);
            } else if (binding.path("direction").asText().equals("out")) {
                outputs.add(binding);
            } else {
                throw unknown(name, binding);
            }
            if (!(type.endsWith("trigger") ? TRIGGERS : OUTPUTS).contains(type)) {
                throw unknown(name, binding);
            }
        }
        if (triggers.size() != 1) {
            throw new FunctionProgram.Unusable("The '" + name
                    + "' function is in error: A function must have exactly one trigger binding, it has "
                    + triggers.size() + ".");
        }
        return new FunctionDefinition(name, triggers.get(0), List.copyOf(outputs), document);
    }

    private static FunctionProgram.Unusable unknown(String name, JsonNode binding) {
        return new FunctionProgram.Unusable("The '" + name + "' function is in error: The binding type(s) '"
                + binding.path("type").asText() + "' are not registered.");
    }

    private static String type(JsonNode binding) {
        return binding.path("type").asText().toLowerCase(Locale.ROOT);
    }

    /** {@code http}, {@code queue} or {@code blob}. */
    String kind() {
        String type = type(trigger);
        return type.substring(0, type.length() - "trigger".length());
    }

    /** The name under which the handler is told what the trigger brought. */
    String inputName() {
        return trigger.path("name").asText();
    }

    /** {@code anonymous}, {@code function} or {@code admin}; without a word it is {@code function}. */
    String authLevel() {
        return trigger.path("authLevel").asText("function").toLowerCase(Locale.ROOT);
    }

    String route() {
        return trigger.path("route").asText(name);
    }

    /** Whether a request is for this function. */
    boolean takes(String method, String path, String prefix) {
        boolean known = trigger.path("methods").isEmpty();
        for (JsonNode one : trigger.path("methods")) {
            known |= one.asText().equalsIgnoreCase(method);
        }
        StringBuilder pattern = new StringBuilder(prefix.isEmpty() ? "" : "/" + Pattern.quote(prefix));
        for (String segment : route().split("/", -1)) {
            boolean all = segment.startsWith("{*");
            pattern.append(all ? "(/.*)?" : segment.startsWith("{") ? "/[^/]+" : "/" + Pattern.quote(segment));
        }
        return known
                && kind().equals("http")
                && Pattern.compile(pattern.toString(), Pattern.CASE_INSENSITIVE)
                        .matcher(path)
                        .matches();
    }
}
