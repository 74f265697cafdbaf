package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A fine-tuning job of a hosted or a custom model.
 *
 * @param spec the checked file
 */
public record FineTuningJobSpec(CheckedSpec spec) implements JobSpec {

    @Override
    public ObjectNode toBody(AssetResolver assets) {
        ObjectNode body = JobRendering.common(spec, assets, "FineTuning");
        body.remove("computeId");
        body.remove("isArchived");
        boolean hosted = "azure_openai".equals(spec.text("model_provider"));
        if (!hosted) {
            RestBody.put(body, "computeId", spec.text("compute"));
        }
        RestBody.set(body, "outputs", JobRendering.outputs(spec.object("outputs")));
        RestBody.set(body, "queueSettings", JobRendering.queueSettings(spec.object("queue_settings")));
        ObjectNode resources = spec.object("resources");
        if (resources != null) {
            RestBody.set(body.putObject("resources"), "instanceTypes", resources.get("instance_types"));
        }
        body.set("fineTuningDetails", details(assets));
        return RestBody.properties(body);
    }

    private ObjectNode details(AssetResolver assets) {
        String task = String.valueOf(spec.text("task")).toLowerCase(java.util.Locale.ROOT);
        boolean hosted = "azure_openai".equals(spec.text("model_provider"));
        ObjectNode details = RestBody.object()
                .put("modelProvider", hosted ? "AzureOpenAI" : "Custom")
                .put("taskType", RestBody.camel(task));
        ObjectNode parameters = spec.object("hyperparameters");
        if (parameters != null) {
            if (hosted) {
                ObjectNode given = details.putObject("hyperParameters");
                RestBody.copyCamel(parameters, given, "batch_size", "n_epochs", "learning_rate_multiplier");
            } else {
                details.set("hyperParameters", spec.printed("hyperparameters"));
            }
        }
        for (String key : new String[] {"model", "training_data", "validation_data"}) {
            JsonNode given = spec.content().get(key);
            if (given != null && !given.isNull()) {
                ObjectNode input = given instanceof ObjectNode object
                        ? object.deepCopy()
                        : RestBody.object().put("path", given.asText());
                input.put("type", key.equals("model") ? "mlflow_model" : "uri_file");
                input.remove("mode");
                details.set(RestBody.camel(key), JobRendering.input(input, spec.directory(), assets));
            }
        }
        return details;
    }
}
