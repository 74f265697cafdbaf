package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;

/**
 * Data brought in from outside: once as a pipeline of one step, or by a schedule. Source: azure-ai-ml 1.34.0
 * ({@code operations/_data_operations.py}, {@code entities/_data_import}).
 */
final class DataImports {

    private DataImports() {}

    /** The job that imports once. */
    static ObjectNode job(CheckedSpec spec, PlannedAssets assets) {
        String name = spec.required("name");
        String title = "data_import_" + name;
        String description = spec.text("description");
        boolean database =
                "database".equals(spec.content().path("source").path("type").asText());
        ObjectNode properties = RestBody.object()
                .put("jobType", "Pipeline")
                .put("isArchived", false)
                .put("description", description == null ? title : description)
                .put("displayName", title)
                .put("experimentName", title);
        properties.putObject("inputs");
        properties.putObject("outputs");
        properties.set("tags", RestBody.texts(spec.content().get("tags")));
        ObjectNode own = RestBody.texts(spec.content().get("properties"));
        own.put("azureml.materializationAssetName", name);
        properties.set("properties", own);
        properties.putObject("settings").put("_source", "CLASS").put("force_rerun", true);
        ObjectNode step = properties.putObject("jobs").putObject(title);
        step.put("_source", "BUILTIN")
                .put(
                        "componentId",
                        "azureml://registries/azureml/components/import_data_" + (database ? "database" : "file_system")
                                + "/versions/0.0.1")
                .put("computeId", assets.compute("serverless"))
                .put("display_name", title)
                .put("task", "import_data")
                .put("type", "data_transfer");
        ObjectNode sink = step.putObject("outputs").putObject("sink");
        sink.put("job_output_type", database ? "mltable" : "uri_folder")
                .put("name", name)
                .put("uri", path(spec.content()));
        RestBody.put(sink, "version", spec.text("version"));
        step.set("source", source(spec.content().path("source")));
        return RestBody.properties(properties);
    }

    private static ObjectNode source(JsonNode source) {
        ObjectNode rest = RestBody.object();
        source.properties().forEach(entry -> RestBody.set(rest, entry.getKey(), entry.getValue()));
        return rest;
    }

    private static String path(JsonNode content) {
        String path = content.path("path").asText();
        return path.contains("${{name}}") ? path : path.replaceAll("/+$", "") + "/${{name}}";
    }

    /** The same as a schedule's action. */
    static ObjectNode definition(ObjectNode content) {
        JsonNode source = content.path("source");
        boolean database = "database".equals(source.path("type").asText());
        ObjectNode rest = Fields.of(content)
                .same("description")
                .texts("properties", "properties")
                .texts("tags", "tags")
                .as("assetName", "name")
                .put("dataType", "uri_folder")
                .as("dataUri", "path")
                .put("isAnonymous", false)
                .put("isArchived", false)
                .done();
        rest.set(
                "source",
                Fields.of(source)
                        .put("sourceType", database ? "database" : "file_system")
                        .same("connection", database ? "query" : "path")
                        .done());
        return rest;
    }
}
