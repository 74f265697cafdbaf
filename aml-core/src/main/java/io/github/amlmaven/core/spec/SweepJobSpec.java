package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A hyperparameter sweep.
 *
 * @param spec the checked file
 * @param trial what runs once a trial
 * @param code null when the command needs no code
 */
public record SweepJobSpec(
        CheckedSpec spec, CheckedSpec trial, @Nullable AssetReference code, EnvironmentUse environment)
        implements JobSpec {

    @Override
    public ObjectNode toBody(AssetResolver assets) {
        ObjectNode body = JobRendering.common(spec, assets, "Sweep");
        body.remove("services");
        RestBody.set(body, "inputs", JobRendering.inputs(spec.object("inputs"), spec.directory(), assets));
        RestBody.set(body, "outputs", JobRendering.outputs(spec.object("outputs")));
        RestBody.set(body, "limits", SweepRendering.limits(spec.object("limits")));
        ObjectNode objective = spec.object("objective");
        if (objective != null) {
            RestBody.copyCamel(objective, body.putObject("objective"), "goal", "primary_metric");
        }
        RestBody.set(body, "queueSettings", JobRendering.queueSettings(spec.object("queue_settings")));
        RestBody.set(
                body,
                "samplingAlgorithm",
                SweepRendering.algorithm(spec.content().get("sampling_algorithm")));
        ObjectNode space = body.putObject("searchSpace");
        ObjectNode declared = spec.object("search_space");
        if (declared != null) {
            declared.properties().forEach(entry -> {
                if (entry.getValue() instanceof ObjectNode parameter) {
                    space.set(entry.getKey(), SweepRendering.space(parameter));
                }
            });
        }
        ObjectNode termination = spec.object("early_termination");
        if (termination != null) {
            body.set("earlyTermination", SweepRendering.termination(termination));
        }
        body.set("trial", trial(assets));
        ObjectNode resources = spec.object("resources");
        RestBody.set(
                body, "resources", JobRendering.resources(resources == null ? trial.object("resources") : resources));
        return RestBody.properties(body);
    }

    private ObjectNode trial(AssetResolver assets) {
        ObjectNode rest = RestBody.object();
        if (code != null) {
            rest.put("codeId", assets.code(code));
        }
        rest.put("command", trial.required("command"));
        RestBody.set(rest, "distribution", JobRendering.distribution(trial.object("distribution")));
        rest.put("environmentId", environment.resolve(assets));
        rest.set("environmentVariables", JobRendering.variables(trial));
        RestBody.set(rest, "resources", JobRendering.resources(trial.object("resources")));
        return rest;
    }
}
