package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;

/** The packaging of a model by the service (preview). Source: azure-ai-ml 1.34.0 ({@code .../_package}). */
final class PackageRequests {

    private final CheckedSpec spec;
    private final PlannedAssets assets;

    PackageRequests(CheckedSpec spec, PlannedAssets assets) {
        this.spec = spec;
        this.assets = assets;
    }

    ObjectNode body() {
        ObjectNode body = RestBody.object();
        String version = spec.text("environment_version");
        String target = spec.text("target_environment");
        body.put(
                "targetEnvironmentId",
                "azureml://locations/" + RequestRendering.LOCATION + "/workspaces/"
                        + assets.workspace().subscriptionId() + "/environments/" + target
                        + (version == null ? "" : "/versions/" + version));
        JsonNode base = spec.content().path("base_environment_source");
        if (base.isObject()) {
            ObjectNode source =
                    body.putObject("baseEnvironmentSource").put("baseEnvironmentSourceType", "EnvironmentAsset");
            String id = base.path("resource_id").asText();
            source.put("resourceId", longForm(assets.environment(AssetReference.parse(id, spec.directory()))));
        }
        JsonNode server = spec.content().path("inferencing_server");
        if (server.isObject()) {
            ObjectNode rest = body.putObject("inferencingServer");
            rest.put("serverType", server(server.path("type").asText()));
            JsonNode code = server.path("code_configuration");
            if (code.isObject()) {
                ObjectNode configuration = rest.putObject("codeConfiguration");
                String id = assets.code(AssetReference.parse(code.path("code").asText(), spec.directory()));
                configuration.put("codeId", longForm(id));
                RestBody.set(configuration, "scoringScript", code.get("scoring_script"));
            }
        }
        JsonNode model = spec.content().path("model_configuration");
        if (model.isObject()) {
            body.set(
                    "modelConfiguration",
                    Fields.of(model).same("mode", "mount_path").done());
        }
        if (spec.content().get("inputs") instanceof ArrayNode inputs) {
            ArrayNode list = body.putArray("inputs");
            inputs.forEach(input -> list.add(Fields.of(input)
                    .text("inputType", "type", RestBody::pascal)
                    .text("mode", "mode", RestBody::pascal)
                    .same("mount_path")
                    .done()));
        }
        Fields.into(spec.content(), body).textsIfGiven("environmentVariables", "environment_variables");
        return body;
    }

    private static String longForm(String id) {
        return id.startsWith("/") ? "azureml:/" + id : id;
    }

    private static String server(String type) {
        return switch (type) {
            case "azureml_online" -> "AzureMLOnline";
            case "azureml_batch" -> "AzureMLBatch";
            default -> RestBody.pascal(type);
        };
    }
}
