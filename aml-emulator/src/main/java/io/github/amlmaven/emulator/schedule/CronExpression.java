package io.github.amlmaven.emulator.schedule;

import java.time.DayOfWeek;
import java.time.Month;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Five fields as AML takes them (NCrontab): minutes, hours, days, months, days of the week from 0 for Sunday to 6; {@code *},
 * lists, ranges, steps, and English names or their beginnings, the first that fits. A range that ends before it begins is
 * taken the other way round. Days and months must be such fields too, and are then ignored. Sources:
 * https://learn.microsoft.com/azure/machine-learning/how-to-schedule-pipeline-job (the table of valid values) and
 * https://github.com/atifaziz/NCrontab/wiki/Crontab-Expression, to which it points.
 */
record CronExpression(BitSet minutes, BitSet hours, BitSet weekDays) {

    private static final int[] FIRST = {0, 0, 1, 1, 0};
    private static final int[] LAST = {59, 23, 31, 12, 6};
    private static final List<List<String>> NAMES =
            List.of(List.of(), List.of(), List.of(), names(Month.values()), names(sundayFirst()));

    private static DayOfWeek[] sundayFirst() {
        return Stream.iterate(DayOfWeek.SUNDAY, day -> day.plus(1)).limit(7).toArray(DayOfWeek[]::new);
    }

    private static List<String> names(Enum<?>[] values) {
        return Stream.of(values).map(Enum::name).toList();
    }

    /** @throws IllegalArgumentException when the text is no such expression */
    static CronExpression parse(String text) {
        String[] parts = text.strip().split("\\s+", -1);
        if (parts.length != FIRST.length) {
            throw new IllegalArgumentException("a cron expression has five fields: '" + text + "'");
        }
        List<BitSet> fields = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            fields.add(field(parts[i], i));
        }
        return new CronExpression(fields.get(0), fields.get(1), fields.get(4));
    }

    private static BitSet field(String text, int field) {
        int first = FIRST[field];
        int last = LAST[field];
        BitSet values = new BitSet();
        for (String part : text.split(",", -1)) {
            String[] stepped = part.split("/", 2);
            int step = stepped.length > 1 ? number(stepped[1]) : 1;
            String[] range = stepped[0].split("-", 2);
            boolean all = stepped[0].equals("*");
            int begin = all ? first : value(range[0], field);
            int end = all || (stepped.length > 1 && range.length == 1) ? last : value(range[range.length - 1], field);
            int from = Math.min(begin, end);
            int to = Math.max(begin, end);
            if (from < first || to > last || step < 1) {
                throw new IllegalArgumentException("'" + part + "' is not within " + first + "-" + last);
            }
            for (int value = from; value <= to; value += step) {
                values.set(value);
            }
        }
        return values;
    }

    private static int value(String text, int field) {
        List<String> names = NAMES.get(field);
        String upper = text.toUpperCase(Locale.ROOT);
        for (int i = 0; i < names.size() && !text.isEmpty(); i++) {
            if (names.get(i).startsWith(upper)) {
                return FIRST[field] + i;
            }
        }
        return number(text);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no number", e);
        }
    }

    /** Whether the minute of a time is one of the expression's. */
    boolean matches(ZonedDateTime time) {
        return minutes.get(time.getMinute())
                && hours.get(time.getHour())
                && weekDays.get(time.getDayOfWeek().getValue() % 7);
    }
}
