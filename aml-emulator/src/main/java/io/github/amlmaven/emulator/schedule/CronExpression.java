package io.github.amlmaven.emulator.schedule;

import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Five fields as AML takes them (NCrontab): minute, hour, day of month, month, day of week with 0 for Sunday; {@code *},
 * lists, ranges, steps and English three-letter names. Days match when both day fields do.
 */
record CronExpression(List<BitSet> fields) {

    private static final int[] FIRST = {0, 0, 1, 1, 0};
    private static final int[] LAST = {59, 23, 31, 12, 6};
    private static final Map<String, Integer> NAMES = Map.ofEntries(
            Map.entry("sun", 0),
            Map.entry("mon", 1),
            Map.entry("tue", 2),
            Map.entry("wed", 3),
            Map.entry("thu", 4),
            Map.entry("fri", 5),
            Map.entry("sat", 6),
            Map.entry("jan", 1),
            Map.entry("feb", 2),
            Map.entry("mar", 3),
            Map.entry("apr", 4),
            Map.entry("may", 5),
            Map.entry("jun", 6),
            Map.entry("jul", 7),
            Map.entry("aug", 8),
            Map.entry("sep", 9),
            Map.entry("oct", 10),
            Map.entry("nov", 11),
            Map.entry("dec", 12));

    /** @throws IllegalArgumentException when the text is no such expression */
    static CronExpression parse(String text) {
        String[] parts = text.strip().split("\\s+", -1);
        if (parts.length != FIRST.length) {
            throw new IllegalArgumentException("a cron expression has five fields: '" + text + "'");
        }
        List<BitSet> fields = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            fields.add(field(parts[i], FIRST[i], LAST[i]));
        }
        return new CronExpression(List.copyOf(fields));
    }

    private static BitSet field(String text, int first, int last) {
        BitSet values = new BitSet();
        for (String part : text.split(",", -1)) {
            String[] stepped = part.split("/", 2);
            int step = stepped.length > 1 ? number(stepped[1]) : 1;
            String[] range = stepped[0].split("-", 2);
            boolean all = stepped[0].equals("*");
            int from = all ? first : number(range[0]);
            int to = all || (stepped.length > 1 && range.length == 1) ? last : number(range[range.length - 1]);
            if (from < first || to > last || from > to || step < 1) {
                throw new IllegalArgumentException("'" + part + "' is not within " + first + "-" + last);
            }
            for (int value = from; value <= to; value += step) {
                values.set(value);
            }
        }
        return values;
    }

    private static int number(String text) {
        Integer named = NAMES.get(text.toLowerCase(Locale.ROOT));
        try {
            return named != null ? named : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no number", e);
        }
    }

    /** Whether the minute of a time is one of the expression's. */
    boolean matches(ZonedDateTime time) {
        ZonedDateTime minute = time.truncatedTo(ChronoUnit.MINUTES);
        return fields.get(0).get(minute.getMinute())
                && fields.get(1).get(minute.getHour())
                && fields.get(2).get(minute.getDayOfMonth())
                && fields.get(3).get(minute.getMonthValue())
                && fields.get(4).get(minute.getDayOfWeek().getValue() % 7);
    }
}
