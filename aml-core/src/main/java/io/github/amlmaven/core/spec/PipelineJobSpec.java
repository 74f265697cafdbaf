package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        RestBody.set(body, "inputs", JobRendering.inputs(given(spec.object("inputs")), spec.directory(), assets));
        ObjectNode jobs = body.putObject("jobs");
        steps.forEach(step -> jobs.set(step.name(), step.toBody(assets)));
        RestBody.set(body, "outputs", JobRendering.outputs(spec.object("outputs")));
        body.set("settings", settings(assets));
        String component = spec.text("component");
        if (component != null && steps.isEmpty()) {
            body.put("componentId", component.startsWith("azureml:") ? component.substring(8) : component);
        }
        return RestBody.properties(body);
    }

    /** An empty text is no value for a pipeline, unlike for other jobs. */
    private static @Nullable ObjectNode given(@Nullable ObjectNode inputs) {
        if (inputs == null) {
            return null;
        }
        ObjectNode given = RestBody.object();
        inputs.properties().stream()
                .filter(entry -> !entry.getValue().isTextual()
                        || !entry.getValue().textValue().isEmpty())
                .forEach(entry -> given.set(entry.getKey(), entry.getValue()));
        return given;
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
        boolean registered = spec.text("component") != null && steps.isEmpty();
        rest.put("_source", registered ? "REMOTE.WORKSPACE.JOB" : "YAML.JOB");
        return rest;
    }
}
