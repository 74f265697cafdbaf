package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as a component: to be used as a step of another pipeline, or to be deployed.
 *
 * @param spec the checked file
 * @param inputs as a component declares them
 * @param unknown what stands on the file's top level and no schema knows; the official client passes it on
 * @param steps in file order
 */
public record PipelineComponentSpec(
        CheckedSpec spec,
        @Nullable ObjectNode inputs,
        @Nullable ObjectNode outputs,
        ObjectNode unknown,
        List<PipelineStep> steps)
        implements ComponentSpec {

    public PipelineComponentSpec {
        steps = List.copyOf(steps);
    }

    @Override
    public @Nullable String name() {
        return spec.text("name");
    }

    @Override
    public @Nullable String version() {
        return spec.text("version");
    }

    /** Settings of the pipeline job that this was made of; null when there are none. */
    public @Nullable ObjectNode settings() {
        return spec.object("settings");
    }

    /** Whether a step leaves it to whoever runs the pipeline where it runs. */
    public boolean needsDefaultCompute() {
        return steps.stream()
                .anyMatch(step -> step.nested()
                        .map(PipelineComponentSpec::needsDefaultCompute)
                        .orElseGet(() -> !step.content().hasNonNull("compute")));
    }

    @Override
    public ObjectNode toBody(AssetResolver assets, String name, String version) {
        ObjectNode component = RestBody.object();
        boolean anonymous = name.equals(ANONYMOUS);
        ComponentRendering.describe(component, spec, name, anonymous || version() != null ? version : null);
        component.remove("$schema");
        if (spec.kind().name().equals("pipeline-component")) {
            RestBody.put(component, "$schema", spec.text("$schema"));
        }
        ObjectNode ports = ComponentRendering.inputs(inputs);
        if (ports != null) {
            new OptionalInputs(ports, steps).infer();
        }
        RestBody.set(component, "inputs", ports);
        RestBody.set(component, "outputs", ComponentRendering.outputs(outputs));
        component.put("type", "pipeline");
        ObjectNode jobs = component.putObject("jobs");
        steps.forEach(step -> jobs.set(step.name(), step.toBody(assets)));
        component.put("_source", StepComponentSpec.FROM_COMPONENT);
        component.putNull("sourceJobId");
        ObjectNode body = RestBody.object();
        RestBody.put(body, "description", spec.text("description"));
        body.put("isAnonymous", anonymous);
        body.set("properties", spec.printed("properties"));
        body.set("tags", spec.printed("tags"));
        body.set("componentSpec", component);
        component.setAll(unknown);
        return RestBody.properties(body);
    }
}
