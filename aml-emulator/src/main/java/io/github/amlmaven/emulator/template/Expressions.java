package io.github.amlmaven.emulator.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * The template language's expressions, as far as azure-ai-ml's workspace template uses them
 * (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions). {@code if}, {@code and} and
 * {@code or} look only at the arguments that they need.
 */
final class Expressions {

    private final Scope scope;

    Expressions(Scope scope) {
        this.scope = scope;
    }

    /**
     * What an expression can refer to.
     *
     * @param parameters by name, values
     * @param variables by name, with expressions in them
     */
    record Scope(
            Map<String, JsonNode> parameters, JsonNode variables, String subscription, String group, String tenant) {}

    /** An expression that cannot be evaluated here. */
    static final class Invalid extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Invalid(String message) {
            super(message);
        }
    }

    /** A value with all its expressions evaluated. */
    JsonNode resolve(JsonNode value) {
        if (value.isTextual()) {
            String text = value.asText();
            return text.startsWith("[") && text.endsWith("]") && !text.startsWith("[[")
                    ? new Reader(text.substring(1, text.length() - 1)).all()
                    : value;
        }
        if (value.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            value.properties()
                    .forEach(entry ->
                            object.set(resolve(TextNode.valueOf(entry.getKey())).asText(), resolve(entry.getValue())));
            return object;
        }
        if (value.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            value.forEach(element -> array.add(resolve(element)));
            return array;
        }
        return value;
    }

    /** An argument that is evaluated when it is asked for. */
    @FunctionalInterface
    private interface Argument {
        JsonNode value();
    }

    private JsonNode call(String name, List<Argument> arguments) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "parameters" -> parameter(text(arguments, 0));
            case "variables" -> resolve(scope.variables().path(text(arguments, 0)));
            case "concat" -> concat(arguments);
            case "equals" ->
                BooleanNode.valueOf(
                        same(arguments.get(0).value(), arguments.get(1).value()));
            case "not" -> BooleanNode.valueOf(!truth(arguments.get(0)));
            case "and" -> BooleanNode.valueOf(arguments.stream().allMatch(this::truth));
            case "or" -> BooleanNode.valueOf(arguments.stream().anyMatch(this::truth));
            case "if" -> arguments.get(truth(arguments.get(0)) ? 1 : 2).value();
            case "empty" -> BooleanNode.valueOf(empty(arguments.get(0).value()));
            case "json" -> json(text(arguments, 0));
            case "array" ->
                JsonNodeFactory.instance.arrayNode().add(arguments.get(0).value());
            case "tolower" -> TextNode.valueOf(text(arguments, 0).toLowerCase(Locale.ROOT));
            case "uniquestring" -> TextNode.valueOf(unique(texts(arguments)));
            case "guid" ->
                TextNode.valueOf(UUID.nameUUIDFromBytes(
                                String.join("-", texts(arguments)).getBytes(StandardCharsets.UTF_8))
                        .toString());
            case "newguid" -> TextNode.valueOf(UUID.randomUUID().toString());
            case "resourceid" -> TextNode.valueOf(resourceId(texts(arguments)));
            case "subscriptionresourceid" ->
                TextNode.valueOf("/subscriptions/" + scope.subscription() + "/providers/" + typed(texts(arguments), 0));
            case "subscription" ->
                JsonNodeFactory.instance
                        .objectNode()
                        .put("subscriptionId", scope.subscription())
                        .put("tenantId", scope.tenant());
            case "resourcegroup" ->
                JsonNodeFactory.instance
                        .objectNode()
                        .put("name", scope.group())
                        .put("id", "/subscriptions/" + scope.subscription() + "/resourceGroups/" + scope.group());
            default -> throw new Invalid("the template function '" + name + "' is not emulated");
        };
    }

    private JsonNode parameter(String name) {
        JsonNode value = scope.parameters().get(name);
        if (value == null) {
            throw new Invalid("the template parameter '" + name + "' is not found");
        }
        return value;
    }

    private static JsonNode concat(List<Argument> arguments) {
        StringBuilder text = new StringBuilder();
        arguments.forEach(argument -> text.append(argument.value().asText()));
        return TextNode.valueOf(text.toString());
    }

    private boolean truth(Argument argument) {
        return argument.value().asBoolean();
    }

    private static boolean same(JsonNode one, JsonNode other) {
        if (one.isTextual() && other.isTextual()) {
            return one.asText().equalsIgnoreCase(other.asText());
        }
        return one.isNull() == other.isNull() && one.asText().equals(other.asText());
    }

    private static boolean empty(JsonNode value) {
        return value.isNull()
                || value.isMissingNode()
                || (value.isTextual() ? value.asText().isEmpty() : value.isEmpty());
    }

    private static JsonNode json(String text) {
        return switch (text) {
            case "null" -> NullNode.getInstance();
            case "true", "false" -> BooleanNode.valueOf(Boolean.parseBoolean(text));
            default -> throw new Invalid("json('" + text + "') is not emulated");
        };
    }

    /** Like the service's: thirteen letters and digits that depend on the arguments alone. */
    private static String unique(List<String> texts) {
        byte[] bytes = String.join("-", texts).getBytes(StandardCharsets.UTF_8);
        CRC32 low = new CRC32();
        low.update(bytes);
        CRC32 high = new CRC32();
        high.update(bytes);
        high.update(bytes);
        String text = Long.toString(((high.getValue() << 32) | low.getValue()) & Long.MAX_VALUE, 36);
        return ("0".repeat(13) + text).substring(text.length());
    }

    private static String text(List<Argument> arguments, int index) {
        return arguments.get(index).value().asText();
    }

    private static List<String> texts(List<Argument> arguments) {
        return arguments.stream().map(argument -> argument.value().asText()).toList();
    }

    /** {@code resourceId([subscription,] [group,] type, name, ...)}: the type is the first with a slash. */
    private String resourceId(List<String> texts) {
        int type = 0;
        while (type < texts.size() && !texts.get(type).contains("/")) {
            type++;
        }
        String subscription = type == 2 ? texts.get(0) : scope.subscription();
        String group = type == 0 ? scope.group() : texts.get(type - 1);
        return "/subscriptions/" + subscription + "/resourceGroups/" + group + "/providers/" + typed(texts, type);
    }

    private static String typed(List<String> texts, int type) {
        String[] segments = texts.get(type).split("/", -1);
        StringBuilder id = new StringBuilder(segments[0]);
        for (int i = 1; i < segments.length; i++) {
            id.append('/').append(segments[i]).append('/').append(texts.get(type + i));
        }
        return id.toString();
    }

    /** Reads one expression. */
    private final class Reader {

        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        JsonNode all() {
            JsonNode value = argument().value();
            if (at < text.length()) {
                throw new Invalid("unexpected '" + text.substring(at) + "' in [" + text + "]");
            }
            return value;
        }

        private Argument argument() {
            spaces();
            Argument argument;
            if (peek() == '\'') {
                String literal = literal();
                argument = () -> TextNode.valueOf(literal);
            } else if (Character.isDigit(peek()) || peek() == '-') {
                int number = Integer.parseInt(word());
                argument = () -> JsonNodeFactory.instance.numberNode(number);
            } else {
                argument = function();
            }
            spaces();
            while (peek() == '.') {
                at++;
                String property = word();
                Argument owner = argument;
                argument = () -> owner.value().path(property);
                spaces();
            }
            return argument;
        }

        private Argument function() {
            String name = word();
            spaces();
            expect('(');
            List<Argument> arguments = new ArrayList<>();
            spaces();
            while (peek() != ')') {
                arguments.add(argument());
                if (peek() == ',') {
                    at++;
                }
                spaces();
            }
            expect(')');
            return () -> call(name, arguments);
        }

        private String literal() {
            StringBuilder literal = new StringBuilder();
            expect('\'');
            while (peek() != '\'' || (at + 1 < text.length() && text.charAt(at + 1) == '\'')) {
                at += peek() == '\'' ? 1 : 0;
                literal.append(peek());
                at++;
            }
            expect('\'');
            return literal.toString();
        }

        private String word() {
            int start = at;
            while (at < text.length()
                    && (Character.isLetterOrDigit(text.charAt(at))
                            || text.charAt(at) == '-'
                            || text.charAt(at) == '_')) {
                at++;
            }
            if (start == at) {
                throw new Invalid("cannot read [" + text + "] at " + at);
            }
            return text.substring(start, at);
        }

        private void spaces() {
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
        }

        private char peek() {
            return at < text.length() ? text.charAt(at) : '\0';
        }

        private void expect(char wanted) {
            if (peek() != wanted) {
                throw new Invalid("'" + wanted + "' expected in [" + text + "] at " + at);
            }
            at++;
        }
    }

    /** The parameters of a deployment: given values, else defaults. */
    static Map<String, JsonNode> parameters(JsonNode template, JsonNode given, Scope empty) {
        Map<String, JsonNode> values = new java.util.HashMap<>();
        given.properties()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().path("value")));
        Expressions defaults = new Expressions(
                new Scope(values, MissingNode.getInstance(), empty.subscription(), empty.group(), empty.tenant()));
        for (Map.Entry<String, JsonNode> declared : template.path("parameters").properties()) {
            JsonNode value = declared.getValue().path("defaultValue");
            if (!values.containsKey(declared.getKey()) && !value.isMissingNode()) {
                values.put(declared.getKey(), defaults.resolve(value));
            }
        }
        for (String name : given.properties().stream().map(Map.Entry::getKey).toList()) {
            if (template.path("parameters").path(name).isMissingNode()) {
                throw new Invalid("the template has no parameter '" + name + "'");
            }
        }
        return values;
    }
}
