package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A Spark job.
 *
 * @param spec the checked file
 * @param code the folder with the entry
 * @param environment null for the service's own
 */
public record SparkJobSpec(
        CheckedSpec spec,
        @Nullable AssetReference code,
        @Nullable EnvironmentUse environment) implements JobSpec {

    @Override
    public ObjectNode toBody(AssetResolver assets) {
        ObjectNode body = JobRendering.common(spec, assets, "Spark");
        body.remove("services");
        if (!body.has("identity")) {
            body.set("identity", identity(spec.content()));
        }
        RestBody.copyCamel(spec.content(), body, "args", "py_files", "jars", "files", "archives");
        if (code != null) {
            body.put("codeId", assets.code(code));
        }
        body.set("conf", SparkConfiguration.ofJob(spec.object("conf")));
        ObjectNode entry = spec.object("entry");
        if (entry != null) {
            body.set("entry", entry(entry));
        }
        if (environment != null) {
            body.put("environmentId", environment.resolve(assets));
        }
        RestBody.set(body, "inputs", JobRendering.inputs(spec.object("inputs"), spec.directory(), assets));
        RestBody.set(body, "outputs", JobRendering.outputs(spec.object("outputs")));
        ObjectNode resources = spec.object("resources");
        if (resources != null) {
            ObjectNode rest = body.putObject("resources");
            RestBody.copyCamel(resources, rest, "instance_type");
            RestBody.put(rest, "runtimeVersion", CheckedSpec.text(resources, "runtime_version"));
        }
        return RestBody.properties(body);
    }

    /** Who runs it when the file does not say: the pool's identity on a pool, else the user. */
    static ObjectNode identity(ObjectNode content) {
        return RestBody.object().put("identityType", content.hasNonNull("compute") ? "Managed" : "UserIdentity");
    }

    /** What Spark starts: a Python file or a class. */
    static ObjectNode entry(ObjectNode entry) {
        JsonNode file = entry.get("file");
        return file == null
                ? RestBody.object()
                        .put("sparkJobEntryType", "SparkJobScalaEntry")
                        .put("className", CheckedSpec.text(entry, "class_name"))
                : RestBody.object()
                        .put("sparkJobEntryType", "SparkJobPythonEntry")
                        .put("file", file.asText());
    }
}
