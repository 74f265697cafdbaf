package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Label and field selectors, as query parameters and as objects. */
final class Selector {

    private static final Pattern SET = Pattern.compile("\\s*(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)\\s*");
    private static final Pattern EQUALITY = Pattern.compile("\\s*([^=!\\s]+)\\s*(==|=|!=)\\s*(\\S*)\\s*");

    private Selector() {}

    /** {@code a=b,c!=d,e in (f,g),h,!i}. */
    static Predicate<JsonNode> labels(String text) {
        Predicate<JsonNode> all = object -> true;
        for (String part : parts(text)) {
            Predicate<JsonNode> one = label(part);
            all = all.and(object -> one.test(object.path("metadata").path("labels")));
        }
        return all;
    }

    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ',';
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && (depth == 0 || i == text.length())) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.removeIf(String::isEmpty);
        return parts;
    }

    private static Predicate<JsonNode> label(String part) {
        Matcher set = SET.matcher(part);
        if (set.matches()) {
            List<String> values = Arrays.stream(set.group(3).split(",", -1))
                    .map(String::strip)
                    .toList();
            boolean in = set.group(2).equals("in");
            return labels -> (labels.has(set.group(1))
                            && values.contains(labels.path(set.group(1)).asText()))
                    == in;
        }
        Matcher equality = EQUALITY.matcher(part);
        if (equality.matches()) {
            boolean equal = !equality.group(2).equals("!=");
            return labels -> (labels.has(equality.group(1))
                            && labels.path(equality.group(1)).asText().equals(equality.group(3)))
                    == equal;
        }
        if (part.matches("!?[A-Za-z0-9][-A-Za-z0-9_./]*")) {
            boolean absent = part.startsWith("!");
            return labels -> labels.has(absent ? part.substring(1) : part) != absent;
        }
        throw StatusError.badRequest("unable to parse requirement: found '" + part + "'");
    }

    /** Fields compared as text by their path: {@code metadata.name=x,involvedObject.uid=y}. */
    static Predicate<JsonNode> fields(String text) {
        Predicate<JsonNode> all = object -> true;
        for (String part : parts(text)) {
            Matcher equality = EQUALITY.matcher(part);
            if (!equality.matches()) {
                throw StatusError.badRequest(
                        "invalid field selector: \"" + part + "\"; can't understand '" + part + "'");
            }
            boolean equal = !equality.group(2).equals("!=");
            String pointer = "/" + equality.group(1).replace('.', '/');
            all = all.and(object -> object.at(pointer).asText("").equals(equality.group(3)) == equal);
        }
        return all;
    }

    /** A {@code LabelSelector} object against a set of labels. */
    static boolean matches(JsonNode selector, JsonNode labels) {
        for (var entry : selector.path("matchLabels").properties()) {
            if (!labels.path(entry.getKey())
                    .asText("\0")
                    .equals(entry.getValue().asText())) {
                return false;
            }
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            JsonNode label = labels.path(expression.path("key").asText());
            boolean listed = false;
            for (JsonNode value : expression.path("values")) {
                listed |= !label.isMissingNode() && value.asText().equals(label.asText());
            }
            boolean good = switch (expression.path("operator").asText()) {
                case "In" -> listed;
                case "NotIn" -> !listed;
                case "Exists" -> !label.isMissingNode();
                case "DoesNotExist" -> label.isMissingNode();
                default -> false;
            };
            if (!good) {
                return false;
            }
        }
        return true;
    }

    /** A plain map of labels, as a Service has it; an empty one matches nothing. */
    static boolean matchesMap(JsonNode wanted, JsonNode labels) {
        if (wanted.isEmpty()) {
            return false;
        }
        for (var entry : wanted.properties()) {
            if (!labels.path(entry.getKey())
                    .asText("\0")
                    .equals(entry.getValue().asText())) {
                return false;
            }
        }
        return true;
    }
}
