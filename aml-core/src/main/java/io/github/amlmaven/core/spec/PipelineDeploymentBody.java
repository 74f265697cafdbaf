package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The request for a batch deployment of a pipeline component, as azure-ai-ml 1.34.0 sends it ({@code
 * entities/_deployment/pipeline_component_batch_deployment.py}): with the defaults of a model's deployment, which mean nothing
 * here.
 */
record PipelineDeploymentBody(CheckedSpec spec, ComponentUse component) {

    ObjectNode of(AssetResolver assets, String location) {
        ObjectNode configuration = RestBody.object().put("deploymentConfigurationType", "PipelineComponent");
        if (component instanceof ComponentUse.Inline inline
                && inline.component() instanceof PipelineComponentSpec pipeline) {
            RestBody.put(configuration, "description", pipeline.spec().text("description"));
            configuration.set("tags", pipeline.spec().printed("tags"));
        }
        configuration.putObject("componentId").put("referenceType", "Id").put("assetId", component.resolve(assets));
        ObjectNode settings = spec.printed("settings");
        if (!settings.isEmpty()) {
            configuration.set("settings", settings);
        }
        ObjectNode body = RestBody.object().put("location", location);
        body.set("tags", spec.printed("tags"));
        ObjectNode properties = body.putObject("properties");
        RestBody.put(properties, "description", spec.text("description"));
        properties.set("deploymentConfiguration", configuration);
        properties.put("errorThreshold", -1).put("maxConcurrencyPerInstance", 1).put("miniBatchSize", 10);
        properties.put("outputFileName", "predictions.csv");
        return body;
    }
}
