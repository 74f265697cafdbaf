package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.JobSpec;
import io.github.amlmaven.core.spec.RestBody;
import io.github.amlmaven.core.spec.SpecLoader;
import java.nio.file.Path;

/** Schedules: of a job, a monitor or a data import. Source: azure-ai-ml 1.34.0 ({@code entities/_schedule}). */
final class ScheduleRequests {

    private final CheckedSpec spec;
    private final SpecLoader loader;
    private final PlannedAssets assets;

    ScheduleRequests(CheckedSpec spec, SpecLoader loader, PlannedAssets assets) {
        this.spec = spec;
        this.loader = loader;
        this.assets = assets;
    }

    ObjectNode body() {
        ObjectNode properties = Fields.of(spec.content())
                .same("description", "display_name")
                .texts("properties", "properties")
                .texts("tags", "tags")
                .done();
        JsonNode trigger = spec.content().get("trigger");
        if (trigger != null) {
            properties.set("trigger", Triggers.ofSchedule(trigger));
        }
        properties.set("action", action());
        return RestBody.properties(properties);
    }

    private ObjectNode action() {
        ObjectNode action = RestBody.object();
        if (spec.content().get("create_monitor") instanceof ObjectNode monitor) {
            action.put("actionType", "CreateMonitor");
            action.set("monitorDefinition", new MonitorRequests(spec, monitor, assets).definition());
        } else if (spec.content().get("import_data") instanceof ObjectNode data) {
            action.put("actionType", "ImportData");
            action.set("dataImportDefinition", DataImports.definition(data));
        } else if (spec.text("import_data") != null) {
            Path file = path(String.valueOf(spec.text("import_data")));
            action.put("actionType", "ImportData");
            action.set(
                    "dataImportDefinition",
                    DataImports.definition(loader.any(file).content()));
        } else {
            action.put("actionType", "CreateJob");
            action.set("jobDefinition", job());
        }
        return action;
    }

    private Path path(String text) {
        return spec.directory().resolve(text.replaceFirst("^file:", "")).normalize();
    }

    private JsonNode job() {
        ObjectNode updates = spec.object("create_job");
        String text = updates == null ? spec.text("create_job") : CheckedSpec.text(updates, "job");
        if (text == null) {
            throw AmlException.of(
                            ErrorCode.SPEC_MISSING_KEY, "The schedule has neither 'create_job' nor another action")
                    .build();
        }
        if (text.startsWith("azureml:")) {
            return remote(text.substring("azureml:".length()), updates);
        }
        JobSpec job = loader.job(path(text), updates == null ? RestBody.object() : updates);
        JsonNode definition = job.toBody(assets).get("properties");
        if (!definition.path("jobType").asText().equals("Pipeline")) {
            throw AmlException.of(
                            ErrorCode.SPEC_UNSUPPORTED,
                            spec.file().getFileName() + ": only a pipeline job can be scheduled, but " + text + " is a "
                                    + job.spec().kind())
                    .remedy("Put the job into a pipeline of one step.")
                    .build();
        }
        return definition;
    }

    private ObjectNode remote(String id, @org.jspecify.annotations.Nullable ObjectNode updates) {
        ObjectNode rest = RestBody.object()
                .put("jobType", "Pipeline")
                .put("experimentName", "")
                .put("isArchived", false)
                .put("sourceJobId", id);
        if (updates != null) {
            Fields.into(updates, rest).same("description", "display_name", "experiment_name");
        }
        return rest;
    }
}
