package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * A schedule that makes jobs. Source: azure-ai-ml 1.34.0 ({@code entities/_schedule}).
 *
 * @param spec the checked file
 * @param job the job that it makes; null when it makes copies of one that the workspace has
 */
public record ScheduleSpec(CheckedSpec spec, @Nullable JobSpec job) {

    public String name() {
        return spec.required("name");
    }

    /** The body of {@code PUT .../schedules/{name}}, as azure-ai-ml sends it, without {@code isEnabled}. */
    public ObjectNode toBody(AssetResolver assets) {
        ObjectNode action = RestBody.object().put("actionType", "CreateJob");
        action.set("jobDefinition", job == null ? copy() : job.toBody(assets).path("properties"));
        return body(spec, action);
    }

    /** The body of a schedule whose action is known. */
    public static ObjectNode body(CheckedSpec spec, ObjectNode action) {
        ObjectNode properties = RestBody.object();
        RestBody.put(properties, "description", spec.text("description"));
        RestBody.put(properties, "displayName", spec.text("display_name"));
        properties.set("properties", spec.printed("properties"));
        properties.set("tags", spec.printed("tags"));
        ObjectNode trigger = spec.object("trigger");
        if (trigger == null) {
            throw AmlException.of(ErrorCode.SPEC_MISSING_KEY, spec.file().getFileName() + " has no 'trigger'")
                    .remedy(
                            "Add trigger: with type: cron and expression:, or type: recurrence, frequency: and interval:.")
                    .build();
        }
        properties.set("trigger", Triggers.ofSchedule(trigger));
        properties.set("action", action);
        return RestBody.properties(properties);
    }

    /** A job of the workspace, made again. */
    private ObjectNode copy() {
        ObjectNode updates = spec.object("create_job");
        String text = updates == null ? spec.text("create_job") : CheckedSpec.text(updates, "job");
        ObjectNode rest = RestBody.object()
                .put("jobType", "Pipeline")
                .put("experimentName", "")
                .put("isArchived", false)
                .put("sourceJobId", String.valueOf(text).replaceFirst("^azureml:", ""));
        if (updates != null) {
            RestBody.copyCamel(updates, rest, "description", "display_name", "experiment_name");
        }
        return rest;
    }
}
