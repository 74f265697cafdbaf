package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A pipeline job.
 *
 * @param spec the checked file
 * @param steps in file order
 */
public record PipelineJobSpec(CheckedSpec spec, List<PipelineStep> steps) implements JobSpec {

    public PipelineJobSpec {
        steps = List.copyOf(steps);
    }

    @Override
    public ObjectNode toBody(AssetResolver assets) {
        ObjectNode body = JobRendering.common(spec, assets, "Pipeline");
        RestBody.set(body, "inputs", JobRendering.inputs(spec.object("inputs"), spec.directory(), assets));
        ObjectNode jobs = body.putObject("jobs");
        steps.forEach(step -> jobs.set(step.name(), step.toBody(assets)));
        RestBody.set(body, "outputs", JobRendering.outputs(spec.object("outputs")));
        body.set("settings", settings(assets));
        return RestBody.properties(body);
    }

    private ObjectNode settings(AssetResolver assets) {
        ObjectNode rest = RestBody.object();
        ObjectNode settings = spec.object("settings");
        if (settings != null) {
            settings.properties().forEach(entry -> RestBody.set(rest, entry.getKey(), entry.getValue()));
            String compute = CheckedSpec.text(settings, "default_compute");
            if (compute != null) {
                rest.put("default_compute", assets.compute(compute));
            }
            String datastore = CheckedSpec.text(settings, "default_datastore");
            if (datastore != null) {
                rest.put("default_datastore", assets.datastore(datastore));
            }
        }
        rest.put("_source", "YAML.JOB");
        return rest;
    }
}
