package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;
import io.github.amlmaven.core.spec.ScheduleSpec;
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
        boolean makesJobs =
                !spec.content().hasNonNull("create_monitor") && !spec.content().hasNonNull("import_data");
        if (!makesJobs) {
            return ScheduleSpec.body(spec, action());
        }
        ScheduleSpec schedule = loader.schedule(spec.file());
        ObjectNode body = schedule.toBody(assets);
        if (schedule.job() != null
                && !body.at("/properties/action/jobDefinition/jobType").asText().equals("Pipeline")) {
            throw AmlException.of(
                            ErrorCode.SPEC_UNSUPPORTED,
                            spec.file().getFileName() + ": az ml schedules pipeline jobs only, but 'create_job' is a "
                                    + schedule.job().spec().kind())
                    .remedy("Put the job into a pipeline of one step.")
                    .build();
        }
        return body;
    }

    private ObjectNode action() {
        ObjectNode action = RestBody.object();
        if (spec.content().get("create_monitor") instanceof ObjectNode monitor) {
            action.put("actionType", "CreateMonitor");
            action.set("monitorDefinition", new MonitorRequests(spec, monitor, assets).definition());
        } else if (spec.content().get("import_data") instanceof ObjectNode data) {
            action.put("actionType", "ImportData");
            action.set("dataImportDefinition", DataImports.definition(data));
        } else {
            Path file = path(String.valueOf(spec.text("import_data")));
            action.put("actionType", "ImportData");
            action.set(
                    "dataImportDefinition",
                    DataImports.definition(loader.any(file).content()));
        }
        return action;
    }

    private Path path(String text) {
        return spec.directory().resolve(text.replaceFirst("^file:", "")).normalize();
    }
}
