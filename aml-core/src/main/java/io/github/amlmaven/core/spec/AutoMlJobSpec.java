package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

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
        ObjectNode outputs = JobRendering.outputs(spec.object("outputs"));
        // The client's class for AutoML knows no other type.
        outputs.forEach(output -> ((ObjectNode) output).put("jobOutputType", "uri_folder"));
        RestBody.set(body, "outputs", outputs);
        ObjectNode resources = spec.object("resources");
        if (resources != null) {
            ObjectNode rest = JobRendering.resourcesOf(resources);
            if (rest.path("properties").isEmpty()) {
                rest.remove("properties");
            }
            body.set("resources", rest);
        }
        ObjectNode queue = spec.object("queue_settings");
        String tier = queue == null ? null : CheckedSpec.text(queue, "job_tier");
        if (queue != null && tier == null) {
            body.putObject("queueSettings");
        }
        if (tier != null) {
            body.putObject("queueSettings").put("jobTier", tier.toLowerCase(Locale.ROOT));
        }
        body.set("taskDetails", new AutoMlRendering(spec.content(), spec.directory(), assets).task());
        return RestBody.properties(body);
    }
}
