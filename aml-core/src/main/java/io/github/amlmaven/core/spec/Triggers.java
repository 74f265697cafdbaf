package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** When a schedule runs. Source: azure-ai-ml 1.34.0 ({@code entities/_schedule/trigger.py}). */
public final class Triggers {

    private static final Pattern TIME = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2})[Tt ]+(\\d{2}:\\d{2})(:\\d{2})?(\\.\\d{1,6})?\\s*(Z|[+-]\\d{2}:\\d{2})?");

    private Triggers() {}

    /** A schedule's trigger; its times are in its zone, which is UTC when none is named. */
    public static ObjectNode ofSchedule(ObjectNode trigger) {
        ObjectNode rest = RestBody.object();
        for (String key : new String[] {"start_time", "end_time"}) {
            String text = CheckedSpec.text(trigger, key);
            RestBody.put(rest, RestBody.camel(key), text == null ? null : time(text));
        }
        return completed(trigger, rest, true);
    }

    /** The same inside a compute's schedule, where times stay as they are written. */
    public static ObjectNode ofCompute(ObjectNode trigger) {
        ObjectNode rest = RestBody.object();
        RestBody.copyCamel(trigger, rest, "start_time");
        return completed(trigger, rest, false);
    }

    private static ObjectNode completed(ObjectNode trigger, ObjectNode rest, boolean monthDays) {
        String zone = CheckedSpec.text(trigger, "time_zone");
        rest.put("timeZone", zone == null ? "UTC" : zone);
        if (trigger.has("expression")) {
            RestBody.copyCamel(trigger, rest.put("triggerType", "Cron"), "expression");
            return rest;
        }
        RestBody.copyCamel(trigger, rest.put("triggerType", "Recurrence"), "frequency", "interval");
        rest.set("schedule", pattern(trigger.get("schedule"), monthDays));
        return rest;
    }

    /** A time as Python writes it: {@code 2024-05-01 10:00:00+00:00}. */
    private static String time(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            return text;
        }
        String fraction = time.group(4) == null ? "" : (time.group(4) + "000000").substring(0, 7);
        String seconds = time.group(3) == null ? ":00" : time.group(3);
        String zone = time.group(5) == null ? "" : time.group(5).equals("Z") ? "+00:00" : time.group(5);
        return time.group(1) + " " + time.group(2) + seconds + (fraction.equals(".000000") ? "" : fraction) + zone;
    }

    /** The hours; a trigger without them has empty lists. */
    private static ObjectNode pattern(@Nullable JsonNode schedule, boolean monthDays) {
        ObjectNode rest = RestBody.object();
        if (!(schedule instanceof ObjectNode object)) {
            rest.putArray("hours");
            rest.putArray("minutes");
            return rest;
        }
        list(rest, "hours", object.get("hours"));
        list(rest, "minutes", object.get("minutes"));
        list(rest, "weekDays", object.get("week_days"));
        if (monthDays) {
            list(rest, "monthDays", object.get("month_days"));
        }
        return rest;
    }

    /** One value stands for a list of one. */
    private static void list(ObjectNode rest, String key, @Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return;
        }
        ArrayNode list = rest.putArray(key);
        if (value.isArray()) {
            value.forEach(item -> list.add(day(item)));
        } else {
            list.add(day(value));
        }
    }

    private static JsonNode day(JsonNode value) {
        return value.isTextual() ? RestBody.JSON.textNode(value.textValue().toLowerCase(Locale.ROOT)) : value;
    }
}
