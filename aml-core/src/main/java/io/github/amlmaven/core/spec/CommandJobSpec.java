package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command job.
 *
 * @param spec the checked file
 * @param code null when the command needs no code
 */
public record CommandJobSpec(CheckedSpec spec, @Nullable AssetReference code, EnvironmentUse environment)
        implements JobSpec {

    /** The command line with its {@code ${{...}}} expressions. */
    public String command() {
        return spec.required("command");
    }

    public Map<String, String> environmentVariables() {
        return spec.texts("environment_variables");
    }

    @Override
    public ObjectNode toBody(AssetResolver assets) {
        ObjectNode body = JobRendering.common(spec, assets, "Command");
        String compute = spec.text("compute");
        boolean local = compute != null && compute.toLowerCase(Locale.ROOT).matches("(azureml:)?local");
        if (code != null) {
            body.put("codeId", assets.code(code));
        }
        body.put("command", command());
        RestBody.set(body, "distribution", JobRendering.distribution(spec.object("distribution")));
        body.put("environmentId", environment.resolve(assets));
        ObjectNode variables = spec.printed("environment_variables");
        if (local) {
            body.remove("computeId");
            variables.put("AZUREML_COMPUTE_USE_COMMON_RUNTIME", "true");
        }
        body.set("environmentVariables", variables);
        RestBody.set(body, "inputs", JobRendering.inputs(spec.object("inputs"), spec.directory(), assets));
        RestBody.set(body, "limits", JobRendering.limits(spec.object("limits"), "Command"));
        RestBody.set(body, "outputs", JobRendering.outputs(spec.object("outputs")));
        RestBody.set(body, "queueSettings", JobRendering.queueSettings(spec.object("queue_settings")));
        ObjectNode resources = JobRendering.resources(spec.object("resources"));
        if (local) {
            resources = resources == null ? RestBody.object() : resources;
            resources.withObject("/properties").putObject("IsLocal").put("IsLocal", true);
        }
        RestBody.set(body, "resources", resources);
        return RestBody.properties(body);
    }
}
