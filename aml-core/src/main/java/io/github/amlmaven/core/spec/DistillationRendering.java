package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A distillation in a request. Source: azure-ai-ml 1.34.0 ({@code entities/_job/distillation}). */
final class DistillationRendering {

    private final CheckedSpec spec;
    private final AssetResolver assets;

    DistillationRendering(CheckedSpec spec, AssetResolver assets) {
        this.spec = spec;
        this.assets = assets;
    }

    ObjectNode body() {
        ObjectNode body = JobRendering.common(spec, assets, "FineTuning");
        body.remove("computeId");
        RestBody.set(body, "outputs", JobRendering.outputs(spec.object("outputs")));
        body.set("fineTuningDetails", details());
        ObjectNode properties = (ObjectNode) body.get("properties");
        settings(properties);
        return RestBody.properties(body);
    }

    private ObjectNode details() {
        ObjectNode details = RestBody.object().put("modelProvider", "Custom").put("taskType", "ChatCompletion");
        if (spec.object("hyperparameters") != null) {
            details.set("hyperParameters", spec.printed("hyperparameters"));
        }
        input(details, "model", spec.content().get("student_model"), "mlflow_model");
        input(details, "trainingData", spec.content().get("training_data"), "uri_file");
        input(details, "validationData", spec.content().get("validation_data"), "uri_file");
        return details;
    }

    private void input(ObjectNode details, String key, @Nullable JsonNode given, String type) {
        if (given == null || given.isNull()) {
            return;
        }
        ObjectNode input = given instanceof ObjectNode object
                ? object.deepCopy()
                : RestBody.object().put("path", given.asText());
        input.put("type", type);
        ObjectNode rest = JobRendering.input(input, spec.directory(), assets);
        rest.remove("mode");
        details.set(key, rest);
    }

    /** What fine-tuning does not know goes along as properties. */
    private void settings(ObjectNode properties) {
        JsonNode connection = spec.content().path("teacher_model_endpoint_connection");
        properties.put("azureml.enable_distillation", "True");
        properties.put(
                "azureml.data_generation_task_type",
                String.valueOf(spec.text("data_generation_task_type")).toUpperCase(Locale.ROOT));
        properties.put(
                "azureml.teacher_model.endpoint_name", connection.path("name").asText());
        properties.put("azureml.data_generation_type", String.valueOf(spec.text("data_generation_type")));
        properties.put("azureml.connection_information", DistillationTeacher.information(connection));
        JsonNode prompts = spec.content().path("prompt_settings");
        if (prompts.isObject()) {
            properties.put("azureml.enable_chain_of_thought", "False").put("azureml.enable_chain_of_density", "False");
        }
        all(properties, "azureml.", prompts);
        JsonNode teacher = spec.content().path("teacher_model_settings");
        all(properties, "azureml.teacher_model.", teacher.path("inference_parameters"));
        all(properties, "azureml.", teacher.path("endpoint_request_settings"));
        JsonNode instance = spec.content().path("resources").get("instance_type");
        if (instance != null) {
            properties.put("azureml.instance_type.data_generation", instance.asText());
        }
    }

    private static void all(ObjectNode properties, String prefix, JsonNode values) {
        values.properties().forEach(entry -> {
            if (!entry.getValue().isNull()) {
                properties.put(prefix + entry.getKey(), PythonScalar.text(entry.getValue()));
            }
        });
    }
}
