package io.github.amlmaven.emulator.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the specification says of answers: the status of an operation, the headers that go with it, the body. */
public final class AnswerSpecification {

    private static final Pattern WRAPPED = Pattern.compile("(list|dict|ItemPaged|Union)\\[(?:str, )?(.*)]");

    private final JsonNode catalog;
    private final Map<JsonNode, Pattern> paths = new LinkedHashMap<>();

    private AnswerSpecification(JsonNode catalog) {
        this.catalog = catalog;
        for (JsonNode operation : catalog.path("operations")) {
            String path = operation.path("path").asText().replaceAll("\\{[^}]+}", "[^/]+");
            paths.put(operation, Pattern.compile(path, Pattern.CASE_INSENSITIVE));
        }
    }

    public static AnswerSpecification of(String provider, String version) throws IOException {
        Path catalog = Path.of(System.getProperty("aml.shared.dir"), "specs", provider, version, "catalog.json");
        return new AnswerSpecification(new ObjectMapper().readTree(catalog.toFile()));
    }

    /** Whether the specification has an operation of that method and path. */
    public boolean knows(String method, String path) {
        return operation(method, path).isPresent();
    }

    /** What is wrong with an answer; empty when it is as specified, or when the operation is in previews only. */
    public List<String> problems(String method, String path, int status, Predicate<String> header, JsonNode body) {
        List<String> problems = new ArrayList<>();
        operation(method, path).ifPresent(operation -> {
            boolean listed = false;
            for (JsonNode one : operation.path("status")) {
                listed |= one.asInt() == status;
            }
            if (!listed) {
                problems.add("status " + status + ", not one of " + operation.path("status"));
            }
            for (JsonNode name : operation.path("responseHeaders").path(Integer.toString(status))) {
                if (!header.test(name.asText().toLowerCase(Locale.ROOT))) {
                    problems.add("no header " + name.asText());
                }
            }
            String type = operation.path("returns").asText("None");
            if (status == 200 || status == 201) {
                body(type, body, problems);
            }
        });
        return problems;
    }

    private Optional<JsonNode> operation(String method, String path) {
        return paths.entrySet().stream()
                .filter(entry -> entry.getKey().path("method").asText().equals(method)
                        && entry.getValue().matcher(path).matches())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private void body(String type, JsonNode body, List<String> problems) {
        if (type.equals("None") || type.equals("null")) {
            return;
        }
        Matcher wrapped = WRAPPED.matcher(type);
        if (wrapped.matches() && wrapped.group(1).equals("ItemPaged")) {
            if (!body.path("value").isArray()) {
                problems.add("no value");
            }
            body.properties().stream()
                    .filter(entry -> !entry.getKey().matches("value|nextLink"))
                    .forEach(entry -> problems.add("a page has no " + entry.getKey()));
            body.path("value").forEach(item -> value(wrapped.group(2), item, "value[]", problems));
            return;
        }
        value(type, body, "", problems);
    }

    private void value(String type, JsonNode value, String at, List<String> problems) {
        if (value.isNull()) {
            return;
        }
        Matcher wrapped = WRAPPED.matcher(type);
        if (wrapped.matches()) {
            switch (wrapped.group(1)) {
                case "Union" -> value(wrapped.group(2), value, at, problems);
                case "list" -> {
                    need(value.isArray(), type, value, at, problems);
                    value.forEach(item -> value(wrapped.group(2), item, at + "[]", problems));
                }
                default -> {
                    need(value.isObject(), type, value, at, problems);
                    value.forEach(item -> value(wrapped.group(2), item, at + ".*", problems));
                }
            }
        } else if (catalog.path("models").has(type)) {
            object(type, value, at, problems);
        } else if (catalog.path("enums").has(type)) {
            boolean known = false;
            for (JsonNode one : catalog.path("enums").path(type)) {
                known |= one.asText().equals(value.asText());
            }
            need(known, type, value, at, problems);
        } else {
            need(simple(type, value), type, value, at, problems);
        }
    }

    private static boolean simple(String type, JsonNode value) {
        return switch (type) {
            case "int" -> value.canConvertToExactIntegral();
            case "float" -> value.isNumber();
            case "bool" -> value.isBoolean();
            case "datetime.datetime" -> value.asText().matches("\\d{4}-\\d\\d-\\d\\dT.*");
            case "datetime.timedelta" -> value.asText().startsWith("P");
            case "Any" -> true;
            // Text that only maps of properties have as numbers; the official client sends them so.
            default -> value.isValueNode();
        };
    }

    private void object(String declared, JsonNode value, String at, List<String> problems) {
        if (!value.isObject()) {
            need(false, declared, value, at, problems);
            return;
        }
        String type = actual(declared, value);
        Map<String, JsonNode> fields = fields(type);
        value.properties().forEach(entry -> {
            JsonNode field = fields.getOrDefault(entry.getKey(), MissingNode.getInstance());
            String inner = at.isEmpty() ? entry.getKey() : at + "." + entry.getKey();
            if (field.isMissingNode()) {
                problems.add(inner + " is no field of " + type);
            } else {
                value(field.path("type").asText(), entry.getValue(), inner, problems);
            }
        });
        fields.forEach((name, field) -> {
            if (field.path("required").asBoolean() && !value.hasNonNull(name)) {
                problems.add((at.isEmpty() ? name : at + "." + name) + " of " + type + " is missing");
            }
        });
    }

    private String actual(String declared, JsonNode value) {
        for (Map.Entry<String, JsonNode> field : fields(declared).entrySet()) {
            if (field.getValue().path("discriminator").asBoolean()) {
                String wanted = value.path(field.getKey()).asText();
                for (Map.Entry<String, JsonNode> model : catalog.path("models").properties()) {
                    if (model.getValue().path("discriminatorValue").asText().equalsIgnoreCase(wanted)
                            && descends(model.getKey(), declared)) {
                        return model.getKey();
                    }
                }
            }
        }
        return declared;
    }

    private boolean descends(String model, String from) {
        String base = catalog.path("models").path(model).path("base").asText();
        return model.equals(from) || (!base.isEmpty() && descends(base, from));
    }

    private Map<String, JsonNode> fields(String model) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        String base = catalog.path("models").path(model).path("base").asText();
        if (!base.isEmpty()) {
            fields.putAll(fields(base));
        }
        catalog.path("models")
                .path(model)
                .path("fields")
                .properties()
                .forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    private static void need(boolean good, String type, JsonNode value, String at, List<String> problems) {
        if (!good) {
            problems.add(at + " is no " + type + ": " + value);
        }
    }
}
