package io.github.amlmaven.emulator.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MLflow's search language: conditions joined by {@code and}, an order, and pages.
 *
 * <p>Source: https://mlflow.org/docs/latest/search-runs
 */
final class Search {

    private static final Pattern CONDITION =
            Pattern.compile("\\s*(?<field>[A-Za-z_]+(?:\\.(?:`[^`]+`|\"[^\"]+\"|[^\\s=<>!]+))?)\\s*"
                    + "(?<op>!=|>=|<=|=|>|<|(?i:not\\s+like|ilike|like|not\\s+in|in)\\b)\\s*"
                    + "(?<value>'[^']*'|\"[^\"]*\"|\\([^)]*\\)|[^\\s]+)\\s*(?<and>(?i:and)\\s+)?");
    private static final String NUMBER = "-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?";
    private static final int PAGE = 1000;

    private Search() {}

    /**
     * What a filter lets through.
     *
     * @param value of a field, {@code metrics.rmse} or {@code name}, of a candidate; empty when it has none
     */
    static <T> Predicate<T> filter(String text, FieldOf<T> value) {
        Predicate<T> all = candidate -> true;
        Matcher matcher = CONDITION.matcher(text);
        int at = 0;
        boolean more = !text.isBlank();
        while (more) {
            if (!matcher.find(at) || matcher.start() != at) {
                throw MlflowError.invalid("Invalid filter string: " + text);
            }
            all = all.and(condition(matcher, value));
            at = matcher.end();
            more = matcher.group("and") != null;
        }
        if (at < text.length() && !text.isBlank()) {
            throw MlflowError.invalid("Invalid filter string: " + text);
        }
        return all;
    }

    /** The value of a field of a candidate. */
    interface FieldOf<T> {
        String get(T candidate, String field);
    }

    private static <T> Predicate<T> condition(Matcher matcher, FieldOf<T> value) {
        String field = field(matcher.group("field"));
        String operator = matcher.group("op").toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
        String wanted = matcher.group("value");
        return candidate -> {
            String present = value.get(candidate, field);
            return switch (operator) {
                case "=" -> equal(present, unquoted(wanted));
                case "!=" -> !present.isEmpty() && !equal(present, unquoted(wanted));
                case "like" -> like(present, unquoted(wanted), 0);
                case "ilike" -> like(present, unquoted(wanted), Pattern.CASE_INSENSITIVE);
                case "not like" -> !like(present, unquoted(wanted), 0);
                case "in" -> list(wanted).contains(present);
                case "not in" -> !list(wanted).contains(present);
                default -> !present.isEmpty() && ordered(operator, number(present), number(unquoted(wanted)));
            };
        };
    }

    private static boolean equal(String present, String wanted) {
        return present.equals(wanted)
                || (present.matches(NUMBER) && wanted.matches(NUMBER) && number(present) == number(wanted));
    }

    private static boolean ordered(String operator, double present, double wanted) {
        return switch (operator) {
            case ">" -> present > wanted;
            case ">=" -> present >= wanted;
            case "<" -> present < wanted;
            default -> present <= wanted;
        };
    }

    private static boolean like(String present, String pattern, int flags) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString(), flags | Pattern.DOTALL)
                .matcher(present)
                .matches();
    }

    private static List<String> list(String text) {
        List<String> values = new ArrayList<>();
        for (String part : text.replaceAll("^\\(|\\)$", "").split(",", -1)) {
            values.add(unquoted(part.strip()));
        }
        return values;
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() > 1 && "'\"`".indexOf(text.charAt(0)) >= 0;
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    /** Quotes around the key behind the dot are not part of it. */
    private static String field(String text) {
        int dot = text.indexOf('.');
        return text.substring(0, dot + 1) + unquoted(text.substring(dot + 1));
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw MlflowError.invalid("'" + text + "' is not a number.");
        }
    }

    /** The order of {@code order_by}; candidates without the field come last, as they do in MLflow. */
    static <T> Comparator<T> order(JsonNode orderBy, FieldOf<T> value) {
        Comparator<T> order = Comparator.comparing(candidate -> 0);
        for (JsonNode clause : orderBy) {
            String[] words = clause.asText().strip().split("\\s+(?=(?i:asc|desc)$)", 2);
            String field = field(words[0]);
            boolean descending = words.length > 1 && words[1].equalsIgnoreCase("desc");
            Comparator<String> values = Search::compare;
            order = order.thenComparing(
                            (T candidate) -> value.get(candidate, field).isEmpty())
                    .thenComparing(candidate -> value.get(candidate, field), descending ? values.reversed() : values);
        }
        return order;
    }

    private static int compare(String one, String other) {
        return one.matches(NUMBER) && other.matches(NUMBER)
                ? Double.compare(number(one), number(other))
                : one.compareTo(other);
    }

    /** Adds one page of results, and the token of the next; a token is how many came before. */
    static <T> void page(List<T> found, JsonNode body, ObjectNode answer, String key, Function<T, JsonNode> shown) {
        int from = body.path("page_token").asInt(0);
        int size = body.path("max_results").asInt(PAGE);
        ArrayNode values = answer.putArray(key);
        found.stream().skip(from).limit(size).map(shown).forEach(values::add);
        if (from + size < found.size()) {
            answer.put("next_page_token", Integer.toString(from + size));
        }
    }
}
