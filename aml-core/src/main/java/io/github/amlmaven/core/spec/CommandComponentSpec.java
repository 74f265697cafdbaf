package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A component that runs a command: from a file of its own, or made of a step that is written out in a pipeline.
 *
 * @param spec the checked content
 * @param source what the service is told about where it comes from: {@code YAML.COMPONENT} or {@code YAML.JOB}
 */
public record CommandComponentSpec(
        CheckedSpec spec, @Nullable AssetReference code, EnvironmentUse environment, String source)
        implements ComponentSpec {

    static final String FROM_COMPONENT = "YAML.COMPONENT";
    static final String FROM_JOB = "YAML.JOB";

    @Override
    public @Nullable String name() {
        return spec.text("name");
    }

    @Override
    public @Nullable String version() {
        return spec.text("version");
    }

    @Override
    public ObjectNode toBody(AssetResolver assets, String name, String version) {
        ObjectNode component = RestBody.object();
        component.put("command", spec.required("command"));
        if (code != null) {
            component.put("code", ComponentRendering.prefixed(assets.code(code)));
        }
        component.put("environment", ComponentRendering.prefixed(environment.resolve(assets)));
        RestBody.set(component, "resources", ComponentRendering.compact(spec.object("resources")));
        RestBody.set(component, "distribution", ComponentRendering.compact(spec.object("distribution")));
        ComponentRendering.describe(component, spec, name, version);
        component.put("is_deterministic", !"false".equals(spec.text("is_deterministic")));
        RestBody.set(component, "inputs", ComponentRendering.inputs(spec.object("inputs")));
        RestBody.set(component, "outputs", ComponentRendering.outputs(spec.object("outputs")));
        component.put("type", "command");
        component.put("_source", source);
        return ComponentRendering.body(component, spec, name);
    }
}
