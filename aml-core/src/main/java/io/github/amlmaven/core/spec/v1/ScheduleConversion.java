package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A schedule of a published pipeline ({@code az ml pipeline create-schedule -y}) as a schedule of a pipeline job. */
public final class ScheduleConversion {

    private ScheduleConversion() {}

    /**
     * Converts a schedule.
     *
     * @param name the schedule's name, which v1 took from the command line
     * @param pipeline the file of the pipeline, as the result names it; empty when there is none, or more than one
     */
    public static Converted of(SpecDocument document, String name, Optional<String> pipeline) {
        Notes notes = new Notes();
        V1Node schedule = V1Node.of(document, notes.reads()).child("Schedule");
        ObjectNode converted = JsonNodeFactory.instance.objectNode();
        converted.put("name", name);
        schedule.text("description").ifPresent(text -> converted.put("description", text));
        if (schedule.has("datastore_name") || !schedule.has("recurrence")) {
            notes.problem(
                    ErrorCode.SPEC_UNSUPPORTED,
                    schedule.location("datastore_name"),
                    "a schedule that watches a datastore has no equivalent; let Event Grid call the published pipeline when"
                            + " a blob is made (aml:publish-pipeline), or use a 'recurrence'");
            return notes.result(converted);
        }
        trigger(schedule.child("recurrence"), converted.putObject("trigger"));
        if (pipeline.isEmpty()) {
            notes.problem(
                    ErrorCode.SPEC_MISSING_KEY,
                    schedule.location(),
                    "the schedule's pipeline is not known: v1 took its id from the command line. Convert it together with"
                            + " the file of one pipeline");
        }
        JsonNode parameters = schedule.value("pipeline_parameters");
        if (parameters instanceof ObjectNode values && !values.isEmpty()) {
            ObjectNode job = converted.putObject("create_job");
            job.put("type", "pipeline").put("job", pipeline.orElse(""));
            ObjectNode inputs = job.putObject("inputs");
            values.properties().forEach(value -> inputs.set(Ports.name(value.getKey()), value.getValue()));
        } else {
            converted.put("create_job", pipeline.orElse(""));
        }
        return notes.result(converted);
    }

    private static void trigger(V1Node recurrence, ObjectNode trigger) {
        trigger.put("type", "recurrence");
        trigger.put("frequency", recurrence.word("frequency"));
        trigger.put("interval", recurrence.number("interval").orElse(1));
        recurrence.text("start_time").ifPresent(time -> trigger.put("start_time", time));
        recurrence.text("time_zone").ifPresent(zone -> trigger.put("time_zone", zone));
        if (!List.of("day", "week", "month").contains(recurrence.word("frequency"))) {
            return;
        }
        boolean timed = recurrence.has("time_of_day");
        ArrayNode hours = timed ? JsonNodeFactory.instance.arrayNode() : list(recurrence, "hours");
        ArrayNode minutes = timed ? JsonNodeFactory.instance.arrayNode() : list(recurrence, "minutes");
        recurrence
                .text("time_of_day")
                .map(time -> time.split(":", -1))
                .filter(time -> time.length >= 2)
                .ifPresent(time -> {
                    hours.removeAll().add(Integer.parseInt(time[0]));
                    minutes.removeAll().add(Integer.parseInt(time[1]));
                });
        if (!hours.isEmpty()) {
            ObjectNode pattern = trigger.putObject("schedule");
            pattern.set("hours", hours);
            pattern.set("minutes", minutes.isEmpty() ? minutes.add(0) : minutes);
            ArrayNode days = JsonNodeFactory.instance.arrayNode();
            list(recurrence, "week_days").forEach(day -> days.add(day.asText().toLowerCase(Locale.ROOT)));
            if (!days.isEmpty()) {
                pattern.set("week_days", days);
            }
        }
    }

    /** A list, or one value, or values divided by commas. */
    private static ArrayNode list(V1Node node, String key) {
        JsonNode value = node.value(key);
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        if (value instanceof ArrayNode array) {
            list.addAll(array);
        } else if (value != null && value.isTextual()) {
            for (String part : value.textValue().split(",", -1)) {
                String text = part.strip();
                if (text.matches("\\d{1,2}")) {
                    list.add(Integer.parseInt(text));
                } else {
                    list.add(text);
                }
            }
        } else if (value != null) {
            list.add(value);
        }
        return list;
    }
}
