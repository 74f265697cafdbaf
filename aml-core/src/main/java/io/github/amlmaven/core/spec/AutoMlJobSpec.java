package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An AutoML job of any task.
 *
 * @param spec the checked file
 */
public record AutoMlJobSpec(CheckedSpec spec) implements JobSpec {

    @Override
    public ObjectNode toBody(AssetResolver assets) {
        ObjectNode body = JobRendering.common(spec, assets, "AutoML");
        RestBody.copyCamel(spec.content(), body, "environment_id");
        if (spec.object("environment_variables") != null) {
            body.set("environmentVariables", JobRendering.variables(spec));
        }
        RestBody.set(body, "outputs", JobRendering.outputs(spec.object("outputs")));
        ObjectNode resources = spec.object("resources");
        if (resources != null) {
            ObjectNode rest = JobRendering.resourcesOf(resources);
            if (rest.path("properties").isEmpty()) {
                rest.remove("properties");
            }
            body.set("resources", rest);
        }
        RestBody.set(body, "queueSettings", JobRendering.queueSettings(spec.object("queue_settings")));
        body.set("taskDetails", new AutoMlRendering(spec.content(), spec.directory(), assets).task());
        return RestBody.properties(body);
    }
}
