package io.github.amlmaven.emulator.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** When a schedule makes a job, by the minute. */
sealed interface Trigger {

    /** Windows' names, which AML uses, of zones that its samples name; all others are taken as IANA names. */
    Map<String, String> ZONES = Map.of(
            "utc", "UTC",
            "pacific standard time", "America/Los_Angeles",
            "eastern standard time", "America/New_York",
            "central standard time", "America/Chicago",
            "gmt standard time", "Europe/London",
            "w. europe standard time", "Europe/Berlin",
            "romance standard time", "Europe/Paris",
            "china standard time", "Asia/Shanghai",
            "tokyo standard time", "Asia/Tokyo",
            "india standard time", "Asia/Kolkata");

    boolean due(Instant minute);

    /**
     * Reads the {@code trigger} of a schedule.
     *
     * @throws IllegalArgumentException when it is not a valid one
     */
    static Trigger parse(JsonNode trigger, Instant created) {
        ZoneId zone = zone(trigger.path("timeZone").asText("UTC"));
        Optional<Instant> start = time(trigger.path("startTime").asText(""), zone);
        Optional<Instant> end = time(trigger.path("endTime").asText(""), zone);
        Trigger inner = trigger.path("triggerType").asText().equalsIgnoreCase("Cron")
                ? new Cron(CronExpression.parse(trigger.path("expression").asText()), zone)
                : Recurrence.parse(trigger, zone, start.orElse(created));
        return new Window(inner, start, end);
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(ZONES.getOrDefault(name.toLowerCase(Locale.ROOT), name));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("the time zone '" + name + "' is not known", e);
        }
    }

    private static Optional<Instant> time(String text, ZoneId zone) {
        if (text.isEmpty() || text.equals("null")) {
            return Optional.empty();
        }
        try {
            String iso = text.replace(' ', 'T');
            return Optional.of(
                    iso.matches(".*(Z|[+-]\\d\\d:?\\d\\d)$")
                            ? OffsetDateTime.parse(iso).toInstant()
                            : LocalDateTime.parse(iso).atZone(zone).toInstant());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' is no ISO 8601 time", e);
        }
    }

    /** Only from start to end. */
    record Window(Trigger inner, Optional<Instant> start, Optional<Instant> end) implements Trigger {
        @Override
        public boolean due(Instant minute) {
            return start.map(from -> !minute.isBefore(from.truncatedTo(ChronoUnit.MINUTES)))
                            .orElse(true)
                    && end.map(minute::isBefore).orElse(true)
                    && inner.due(minute);
        }
    }

    /** By a cron expression. */
    record Cron(CronExpression expression, ZoneId zone) implements Trigger {
        @Override
        public boolean due(Instant minute) {
            return expression.matches(minute.atZone(zone));
        }
    }

    /**
     * Every so many minutes, hours, days, weeks or months, counted from the first time.
     *
     * @param pattern {@code schedule}: hours, minutes, weekDays, monthDays; absent for the first time's own
     */
    record Recurrence(ChronoUnit unit, int interval, JsonNode pattern, ZonedDateTime first) implements Trigger {

        static Recurrence parse(JsonNode trigger, ZoneId zone, Instant first) {
            int interval = trigger.path("interval").asInt();
            if (interval < 1) {
                throw new IllegalArgumentException("the interval must be 1 or more");
            }
            ChronoUnit unit = switch (trigger.path("frequency").asText().toLowerCase(Locale.ROOT)) {
                case "minute" -> ChronoUnit.MINUTES;
                case "hour" -> ChronoUnit.HOURS;
                case "day" -> ChronoUnit.DAYS;
                case "week" -> ChronoUnit.WEEKS;
                case "month" -> ChronoUnit.MONTHS;
                default -> throw new IllegalArgumentException("the frequency must be Minute, Hour, Day, Week or Month");
            };
            return new Recurrence(
                    unit, interval, trigger.path("schedule"), first.atZone(zone).truncatedTo(ChronoUnit.MINUTES));
        }

        @Override
        public boolean due(Instant minute) {
            ZonedDateTime now = minute.atZone(first.getZone()).truncatedTo(ChronoUnit.MINUTES);
            if (now.isBefore(first) || unit.between(start(first), start(now)) % interval != 0) {
                return false;
            }
            return switch (unit) {
                case MINUTES -> true;
                case HOURS -> now.getMinute() == first.getMinute();
                case DAYS -> atTime(now);
                case WEEKS -> atTime(now) && onWeekDay(now);
                default -> atTime(now) && onMonthDay(now);
            };
        }

        /** The beginning of the period that a time is in, so that periods can be counted. */
        private ZonedDateTime start(ZonedDateTime time) {
            return switch (unit) {
                case MINUTES -> time;
                case HOURS -> time.truncatedTo(ChronoUnit.HOURS);
                case DAYS -> time.truncatedTo(ChronoUnit.DAYS);
                case WEEKS ->
                    time.truncatedTo(ChronoUnit.DAYS)
                            .minusDays(time.getDayOfWeek().getValue() - 1L);
                default -> time.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
            };
        }

        private boolean atTime(ZonedDateTime now) {
            return in("hours", now.getHour(), first.getHour()) && in("minutes", now.getMinute(), first.getMinute());
        }

        private boolean in(String name, int value, int otherwise) {
            JsonNode values = pattern.path(name);
            if (values.isEmpty()) {
                return value == otherwise;
            }
            for (JsonNode each : values) {
                if (each.asInt(-1) == value) {
                    return true;
                }
            }
            return false;
        }

        private boolean onWeekDay(ZonedDateTime now) {
            JsonNode days = pattern.path("weekDays");
            if (days.isEmpty()) {
                return now.getDayOfWeek() == first.getDayOfWeek();
            }
            for (JsonNode day : days) {
                if (day.asText().equalsIgnoreCase(now.getDayOfWeek().name())) {
                    return true;
                }
            }
            return false;
        }

        private boolean onMonthDay(ZonedDateTime now) {
            return in("monthDays", now.getDayOfMonth(), first.getDayOfMonth());
        }
    }

    /** For the names of jobs. */
    static String stamp(Instant time) {
        return time.atZone(ZoneOffset.UTC)
                .format(java.time.format.DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT));
    }
}
