package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schedule that makes jobs.
 *
 * @param spec the checked file
 * @param job the job that it makes
 */
public record ScheduleSpec(CheckedSpec spec, JobSpec job) {

    public String name() {
        return spec.required("name");
    }

    /** The body of {@code PUT .../schedules/{name}}, as azure-ai-ml sends it, without {@code isEnabled}. */
    public ObjectNode toBody(AssetResolver assets) {
        ObjectNode properties = RestBody.object();
        properties.putObject("properties");
        properties.set("tags", spec.printed("tags"));
        RestBody.put(properties, "description", spec.text("description"));
        RestBody.put(properties, "displayName", spec.text("display_name"));
        ObjectNode definition = (ObjectNode) job.toBody(assets).path("properties");
        ObjectNode overrides = spec.object("create_job");
        if (overrides != null) {
            override(definition, overrides, assets);
        }
        ObjectNode action = properties.putObject("action").put("actionType", "CreateJob");
        action.set("jobDefinition", definition);
        ObjectNode trigger = spec.object("trigger");
        if (trigger == null) {
            throw AmlException.of(ErrorCode.SPEC_MISSING_KEY, spec.file().getFileName() + " has no 'trigger'")
                    .remedy(
                            "Add trigger: with type: cron and expression:, or type: recurrence, frequency: and interval:.")
                    .build();
        }
        properties.set("trigger", trigger(trigger));
        return RestBody.properties(properties);
    }

    private void override(ObjectNode definition, ObjectNode overrides, AssetResolver assets) {
        for (String key : new String[] {"experiment_name", "display_name", "description"}) {
            RestBody.put(definition, RestBody.camel(key), CheckedSpec.text(overrides, key));
        }
        merge(definition.withObject("/tags"), overrides.path("tags"));
        merge(definition.withObject("/settings"), overrides.path("settings"));
        if (definition.path("settings").isEmpty()) {
            definition.remove("settings");
        }
        if (overrides.get("inputs") instanceof ObjectNode inputs) {
            merge(definition.withObject("/inputs"), JobRendering.inputs(inputs, spec.directory(), assets));
        }
        if (overrides.at("/settings/default_compute").isTextual()) {
            String compute = overrides.at("/settings/default_compute").asText();
            definition.withObject("/settings").put("default_compute", assets.compute(compute));
        }
    }

    private static void merge(ObjectNode target, @Nullable JsonNode source) {
        if (source != null) {
            for (Map.Entry<String, JsonNode> entry : source.properties()) {
                target.set(entry.getKey(), entry.getValue());
            }
        }
    }

    /** Times are in the trigger's zone, which is UTC when none is named. */
    private static ObjectNode trigger(ObjectNode file) {
        ObjectNode trigger = RestBody.object();
        trigger.put("timeZone", file.path("time_zone").asText("UTC"));
        RestBody.put(trigger, "startTime", CheckedSpec.text(file, "start_time"));
        RestBody.put(trigger, "endTime", CheckedSpec.text(file, "end_time"));
        if ("cron".equals(CheckedSpec.text(file, "type"))) {
            return trigger.put("triggerType", "Cron")
                    .put("expression", file.path("expression").asText());
        }
        trigger.put("triggerType", "Recurrence")
                .put("frequency", RestBody.pascal(file.path("frequency").asText()))
                .put("interval", file.path("interval").asInt(1));
        ObjectNode pattern = trigger.putObject("schedule");
        list(pattern, "hours", file.at("/schedule/hours"));
        list(pattern, "minutes", file.at("/schedule/minutes"));
        if (!file.at("/schedule/week_days").isMissingNode()) {
            list(pattern, "weekDays", file.at("/schedule/week_days"));
        }
        return trigger;
    }

    /** One value may stand without brackets; the service wants a list, and wants hours and minutes even when empty. */
    private static void list(ObjectNode pattern, String name, JsonNode value) {
        ArrayNode list = pattern.putArray(name);
        if (value.isArray()) {
            value.forEach(each -> list.add(item(each)));
        } else if (value.isValueNode()) {
            list.add(item(value));
        }
    }

    private static JsonNode item(JsonNode value) {
        return value.isTextual() ? RestBody.JSON.textNode(RestBody.pascal(value.asText())) : value;
    }
}
