package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parameters, inputs and outputs of a step, and the arguments that name them. */
final class Ports {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Map<String, String> TOKENS =
            Map.of("input", "inputs", "side_input", "inputs", "parameter", "inputs", "output", "outputs");
    /** The store of a workspace that outputs go to without saying so. */
    private static final String DEFAULT_STORE = "workspaceblobstore";

    private final String step;
    private final V1Node node;
    private final Wiring wiring;
    private final Notes notes;
    private final Map<String, String> types = new LinkedHashMap<>();
    private final Set<String> used = new LinkedHashSet<>();

    Ports(String step, V1Node node, Wiring wiring, Notes notes) {
        this.step = step;
        this.node = node;
        this.wiring = wiring;
        this.notes = notes;
    }

    /** Names of inputs and outputs are identifiers in v2. */
    static String name(String name) {
        String identifier = name.replaceAll("[^A-Za-z0-9_]", "_");
        return identifier.isEmpty() || Character.isDigit(identifier.charAt(0)) ? "_" + identifier : identifier;
    }

    ObjectNode inputs() {
        ObjectNode inputs = JSON.objectNode();
        node.child("parameters").mapping().entries().forEach((name, entry) -> {
            JsonNode value = parameter(name, entry.value());
            if (value != null) {
                inputs.set(renamed("inputs", name, entry.key().location()), value);
            }
        });
        node.child("inputs").children().forEach((name, input) -> wired(name, input, inputs));
        node.child("side_inputs").children().forEach((name, input) -> wired(name, input, inputs));
        return inputs;
    }

    /** The entries of a key as inputs: {@code source_data_reference}. */
    ObjectNode wiredInputs(String key) {
        ObjectNode inputs = JSON.objectNode();
        node.child(key).children().forEach((name, input) -> wired(name, input, inputs));
        return inputs;
    }

    /** Whether an input of the result is data, not a value. */
    boolean isData(String port) {
        return type(port).startsWith("uri_");
    }

    /** The type of an input of the result. */
    String type(String port) {
        return types.entrySet().stream()
                .filter(entry -> name(entry.getKey()).equals(port))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("string");
    }

    private @Nullable JsonNode parameter(String name, SpecNode value) {
        if (value instanceof SpecNode.Mapping bound) {
            SpecNode.Scalar source = new V1Node(bound, notes.reads()).scalar("source");
            types.put(name, source == null ? "string" : wiring.type(source.text()));
            return source == null
                    ? null
                    : wiring.source(step, source).<JsonNode>map(JSON::textNode).orElse(null);
        }
        notes.reads().read(value);
        JsonNode literal = PythonScalar.tree(value);
        types.put(name, literalType(literal));
        return literal;
    }

    static String literalType(JsonNode value) {
        return value.isBoolean()
                ? "boolean"
                : value.isIntegralNumber() ? "integer" : value.isNumber() ? "number" : "string";
    }

    private void wired(String name, V1Node input, ObjectNode inputs) {
        SpecNode.Scalar source = input.scalar("source");
        if (source == null) {
            return;
        }
        String type = wiring.type(source.text());
        types.put(name, type);
        wiring.source(step, source).ifPresent(binding -> {
            String mode = input.word("bind_mode");
            if (mode.isEmpty()) {
                inputs.put(renamed("inputs", name, input.location()), binding);
            } else {
                inputs.putObject(renamed("inputs", name, input.location()))
                        .put("type", type)
                        .put("mode", mode.equals("mount") ? "ro_mount" : "download")
                        .put("path", binding);
            }
        });
    }

    ObjectNode outputs() {
        ObjectNode outputs = JSON.objectNode();
        node.child("outputs").children().forEach((name, output) -> {
            ObjectNode port = outputs.putObject(renamed("outputs", name, output.location()))
                    .put("type", "uri_folder");
            switch (output.word("bind_mode")) {
                case "mount" -> port.put("mode", "rw_mount");
                case "upload" -> port.put("mode", "upload");
                default -> {
                    // the default of v2 is that of v1: mounted
                }
            }
            output.text("datastore")
                    .filter(store -> !store.equals(DEFAULT_STORE))
                    .ifPresent(store -> port.put(
                            "path", "azureml://datastores/" + store + "/paths/azureml/${{name}}/" + name(name) + "/"));
        });
        return outputs;
    }

    private String renamed(String ports, String name, Location where) {
        String renamed = name(name);
        if (!renamed.equals(name)) {
            notes.at(ports).comment(renamed, where, "'" + name + "' in v1; names are identifiers here");
        }
        return renamed;
    }

    /** The arguments of a script, as the rest of a command line; {@code input:x} and the like become expressions. */
    String arguments(@Nullable SpecNode arguments) {
        List<String> words = new ArrayList<>();
        if (arguments instanceof SpecNode.Sequence list) {
            for (SpecNode item : list.items()) {
                if (item instanceof SpecNode.Scalar argument) {
                    words.add(argument(argument));
                }
            }
        }
        return String.join(" ", words);
    }

    private String argument(SpecNode.Scalar argument) {
        String text = PythonScalar.text(PythonScalar.value(argument));
        int colon = text.indexOf(':');
        String kind = colon < 0 ? "" : text.substring(0, colon);
        String ports = TOKENS.get(kind);
        if (ports == null) {
            return shell(text);
        }
        String name = text.substring(colon + 1);
        String key = kind.equals("input") ? "inputs" : kind.equals("output") ? "outputs" : kind + "s";
        Set<String> declared = node.child(key).mapping().entries().keySet();
        if (!declared.contains(name)) {
            notes.problem(
                    ErrorCode.SPEC_BAD_BINDING,
                    argument.location(),
                    "step '" + step + "': '" + text + "' names no entry of '" + key + "'"
                            + Suggestion.sentence(name, declared));
        }
        used.add(key + "." + name);
        return expression(ports, name);
    }

    private static String expression(String ports, String name) {
        return "${{" + ports + "." + name(name) + "}}";
    }

    /** A word of a command line. */
    static String shell(String word) {
        return word.matches("[\\w./:=@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** What no argument names, v1 gave to the script as environment variables: one {@code NAME="value"} each. */
    List<String> variables(ScriptFolder code) {
        List<String> variables = new ArrayList<>();
        if (code.mayMention("AML_PARAMETER_")) {
            unused("parameters").forEach(name -> variables.add(variable("AML_PARAMETER_" + name, "inputs", name)));
        }
        if (code.mayMention("AZUREML_DATAREFERENCE_")) {
            for (String ports : List.of("inputs", "outputs")) {
                unused(ports).forEach(name -> variables.add(variable("AZUREML_DATAREFERENCE_" + name, ports, name)));
            }
        }
        return variables;
    }

    private List<String> unused(String key) {
        return node.child(key).mapping().entries().keySet().stream()
                .filter(name -> !used.contains(key + "." + name))
                .toList();
    }

    private static String variable(String name, String ports, String port) {
        return name(name) + "=\"" + expression(ports, port) + "\"";
    }

    /** The same inputs as a component declares them. */
    ObjectNode declaredInputs() {
        ObjectNode declared = JSON.objectNode();
        types.forEach((name, type) -> declared.putObject(name(name)).put("type", type));
        return declared;
    }
}
