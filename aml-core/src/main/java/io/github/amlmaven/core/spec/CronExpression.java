package io.github.amlmaven.core.spec;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a schedule runs, as NCrontab reads it: {@code MINUTES HOURS DAYS MONTHS DAYS-OF-WEEK}. Sources: the documentation of
 * schedules in az ml v2 (five fields; days of the week are 0 to 6, 0 for Sunday, or names; values for days and months are
 * passed over), and that of NCrontab, to which it points (names are the whole word or its beginning, the first that fits).
 */
final class CronExpression {

    private static final List<String> NAMES = List.of("minutes", "hours", "days", "months", "days of the week");
    private static final int[] LEAST = {0, 0, 1, 1, 0};
    private static final int[] MOST = {59, 23, 31, 12, 6};
    private static final Pattern PART = Pattern.compile("(?:\\*|(\\w+)(?:-(\\w+))?)(?:/(\\d{1,4}))?");
    private static final List<List<String>> WORDS = List.of(
            List.of(),
            List.of(),
            List.of(),
            List.of(
                    "january",
                    "february",
                    "march",
                    "april",
                    "may",
                    "june",
                    "july",
                    "august",
                    "september",
                    "october",
                    "november",
                    "december"),
            List.of("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"));

    private CronExpression() {}

    /** Why an expression is none; empty when it is one. */
    static Optional<String> violation(String expression) {
        String[] fields = expression.strip().split("\\s+", -1);
        if (fields.length != NAMES.size()) {
            return Optional.of("has " + fields.length + (fields.length == 1 ? " field" : " fields")
                    + "; a cron expression has 5: minutes, hours, days, months, days of the week");
        }
        for (int i = 0; i < fields.length; i++) {
            for (String part : fields[i].split(",", -1)) {
                if (!isPart(part, i)) {
                    return Optional.of("has '" + part + "' for the " + NAMES.get(i) + "; they are " + LEAST[i] + " to "
                            + MOST[i] + ", '*', a range or a list");
                }
            }
        }
        return Optional.empty();
    }

    /** Fields of an expression without a violation that the service takes for {@code *}; empty when there are none. */
    static Optional<String> passedOver(String expression) {
        String[] fields = expression.strip().split("\\s+", -1);
        return fields[2].equals("*") && fields[3].equals("*")
                ? Optional.empty()
                : Optional.of("names days or months, which schedules take for '*'; use a trigger of type recurrence");
    }

    private static boolean isPart(String part, int field) {
        Matcher matcher = PART.matcher(part);
        if (!matcher.matches() || "0".equals(matcher.group(3))) {
            return false;
        }
        Optional<String> first = Optional.ofNullable(matcher.group(1));
        Optional<String> last = Optional.ofNullable(matcher.group(2));
        return first.map(word -> isValue(word, field)).orElse(true)
                && last.map(word -> isValue(word, field)).orElse(true);
    }

    private static boolean isValue(String word, int field) {
        String lower = word.toLowerCase(Locale.ROOT);
        if (WORDS.get(field).stream().anyMatch(name -> name.startsWith(lower))) {
            return true;
        }
        return word.matches("\\d{1,4}")
                && Integer.parseInt(word) >= LEAST[field]
                && Integer.parseInt(word) <= MOST[field];
    }
}
