package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * AutoML in a request: as a job of its own, and as a step of a pipeline. Source: azure-ai-ml 1.34.0
 * ({@code entities/_job/automl}, {@code _schema/automl}).
 */
final class AutoMlRendering {

    private static final Map<String, String> TASKS = Map.of(
            "classification", "Classification",
            "regression", "Regression",
            "forecasting", "Forecasting",
            "image_classification", "ImageClassification",
            "image_classification_multilabel", "ImageClassificationMultilabel",
            "image_object_detection", "ImageObjectDetection",
            "image_instance_segmentation", "ImageInstanceSegmentation",
            "text_classification", "TextClassification",
            "text_classification_multilabel", "TextClassificationMultilabel",
            "text_ner", "TextNER");
    private static final Set<String> TABULAR = Set.of("classification", "regression", "forecasting");
    /** Values of an image model's settings that are names. */
    private static final Set<String> NAMED = Set.of(
            "optimizer",
            "learning_rate_scheduler",
            "model_size",
            "validation_metric_type",
            "log_training_metrics",
            "log_validation_loss");

    private final ObjectNode content;
    private final Path directory;
    private final AssetResolver assets;
    private final String task;

    AutoMlRendering(ObjectNode content, Path directory, AssetResolver assets) {
        this.content = content;
        this.directory = directory;
        this.assets = assets;
        this.task = String.valueOf(CheckedSpec.text(content, "task")).toLowerCase(Locale.ROOT);
    }

    private boolean isTabular() {
        return TABULAR.contains(task);
    }

    private boolean isImage() {
        return task.startsWith("image_");
    }

    /** The details of a job of its own. */
    ObjectNode task() {
        ObjectNode rest = RestBody.object().put("taskType", TASKS.getOrDefault(task, task));
        RestBody.put(rest, "logVerbosity", AutoMlNames.rest(verbosity()));
        if (!task.equals("text_ner") && !task.equals("text_classification_multilabel")) {
            rest.put("primaryMetric", AutoMlNames.rest(metric()));
        }
        if (!task.equals("text_ner")) {
            RestBody.copyCamel(content, rest, "target_column_name");
        }
        for (String data : new String[] {"training_data", "validation_data"}) {
            data(rest, data);
        }
        if (isTabular()) {
            tabular(rest);
        } else {
            RestBody.set(rest, "limitSettings", limits());
            RestBody.set(rest, "sweepSettings", sweep());
            RestBody.set(rest, isImage() ? "modelSettings" : "fixedParameters", parameters());
            spaces(rest, "searchSpace", true);
            if (isImage()) {
                RestBody.copyCamel(content, rest, "validation_data_size");
            } else if (content.get("featurization") instanceof ObjectNode featurization) {
                RestBody.copyCamel(featurization, rest.putObject("featurizationSettings"), "dataset_language");
            }
        }
        return rest;
    }

    private void tabular(ObjectNode rest) {
        data(rest, "test_data");
        RestBody.copyCamel(
                content,
                rest,
                "validation_data_size",
                "weight_column_name",
                "cv_split_column_names",
                "test_data_size",
                "positive_label");
        JsonNode folds = content.get("n_cross_validations");
        if (folds != null && (folds.isTextual() || folds.asLong() > 1)) {
            rest.set("nCrossValidations", mode(folds, "value"));
        }
        if (content.get("featurization") instanceof ObjectNode featurization) {
            rest.set("featurizationSettings", featurization(featurization));
        }
        RestBody.set(rest, "limitSettings", limits());
        if (content.get("training") instanceof ObjectNode training) {
            rest.set("trainingSettings", training(training));
        }
        if (content.get("forecasting") instanceof ObjectNode forecasting) {
            rest.set("forecastingSettings", forecasting(forecasting));
        }
    }

    private String verbosity() {
        String verbosity = CheckedSpec.text(content, "log_verbosity");
        return verbosity == null ? "info" : verbosity;
    }

    private String metric() {
        String metric = CheckedSpec.text(content, "primary_metric");
        if (metric != null) {
            return metric;
        }
        return switch (task) {
            case "classification" -> "auc_weighted";
            case "regression", "forecasting" -> "normalized_root_mean_squared_error";
            case "image_classification_multilabel" -> "iou";
            case "image_object_detection", "image_instance_segmentation" -> "mean_average_precision";
            default -> "accuracy";
        };
    }

    private void data(ObjectNode rest, String key) {
        if (content.get(key) instanceof ObjectNode data) {
            ObjectNode input = JobRendering.input(data, directory, assets);
            if (!data.hasNonNull("type") && input.has("uri")) {
                // Uploaded like any folder, but read as a table.
                input.put("jobInputType", "mltable");
            }
            input.remove("mode");
            rest.set(RestBody.camel(key), input);
        }
    }

    private static ObjectNode mode(JsonNode value, String key) {
        ObjectNode rest = RestBody.object();
        if (value.isTextual()) {
            return rest.put("mode", "Auto");
        }
        rest.put("mode", "Custom");
        if (key.equals("values") && !value.isArray()) {
            rest.putArray(key).add(value);
        } else {
            rest.set(key, value);
        }
        return rest;
    }

    private static ObjectNode featurization(ObjectNode given) {
        ObjectNode rest = RestBody.object();
        RestBody.set(rest, "blockedTransformers", AutoMlNames.rest(given.get("blocked_transformers")));
        RestBody.copyCamel(given, rest, "column_name_and_types", "dataset_language", "enable_dnn_featurization");
        String mode = CheckedSpec.text(given, "mode");
        rest.put("mode", mode == null ? "auto" : mode);
        ObjectNode parameters = rest.putObject("transformerParams");
        given.path("transformer_params")
                .properties()
                .forEach(entry -> parameters.set(AutoMlNames.rest(entry.getKey()), transformers(entry.getValue())));
        return rest;
    }

    /** Numbers among the parameters are decimals. */
    private static ArrayNode transformers(JsonNode list) {
        ArrayNode rest = RestBody.JSON.arrayNode();
        list.forEach(transformer -> {
            ObjectNode item = rest.addObject();
            RestBody.set(item, "fields", transformer.get("fields"));
            if (transformer.get("parameters") instanceof ObjectNode parameters) {
                ObjectNode values = item.putObject("parameters");
                parameters
                        .properties()
                        .forEach(entry -> values.set(
                                entry.getKey(),
                                entry.getValue().isNumber()
                                        ? RestBody.JSON.numberNode(
                                                entry.getValue().doubleValue())
                                        : entry.getValue()));
            }
        });
        return rest;
    }

    private @Nullable ObjectNode limits() {
        if (!(content.get("limits") instanceof ObjectNode limits)) {
            return isTabular() ? null : usualLimits("maxTrials", "maxNodes");
        }
        ObjectNode rest = RestBody.object();
        RestBody.copyCamel(
                limits,
                rest,
                "enable_early_termination",
                "exit_score",
                "max_concurrent_trials",
                "max_cores_per_trial",
                "max_nodes",
                "max_trials");
        RestBody.put(rest, "timeout", minutes(limits.get("timeout_minutes")));
        RestBody.put(rest, "trialTimeout", minutes(limits.get("trial_timeout_minutes")));
        if (isTabular()) {
            rest.put("sweepConcurrentTrials", 0).put("sweepTrials", 0);
        } else if (!isImage()) {
            once(rest, "maxTrials");
            once(rest, "maxNodes");
        }
        return rest;
    }

    /** Texts are tried once on one node; images as often as the service sees fit. */
    private ObjectNode usualLimits(String trials, String nodes) {
        ObjectNode rest = RestBody.object();
        if (!isImage()) {
            rest.put(trials, 1).put(nodes, 1);
        }
        return rest;
    }

    private static void once(ObjectNode rest, String key) {
        if (!rest.has(key)) {
            rest.put(key, 1);
        }
    }

    private static @Nullable String minutes(@Nullable JsonNode minutes) {
        return minutes == null || !minutes.isNumber()
                ? null
                : RestBody.seconds(RestBody.JSON.numberNode(minutes.longValue() * 60));
    }

    private static ObjectNode training(ObjectNode given) {
        ObjectNode rest = RestBody.object();
        RestBody.copyCamel(
                given,
                rest,
                "enable_dnn_training",
                "enable_model_explainability",
                "enable_onnx_compatible_models",
                "enable_stack_ensemble",
                "enable_vote_ensemble");
        RestBody.put(
                rest, "ensembleModelDownloadTimeout", minutes(given.get("ensemble_model_download_timeout_minutes")));
        RestBody.set(rest, "allowedTrainingAlgorithms", AutoMlNames.rest(given.get("allowed_training_algorithms")));
        RestBody.set(rest, "blockedTrainingAlgorithms", AutoMlNames.rest(given.get("blocked_training_algorithms")));
        RestBody.set(rest, "trainingMode", AutoMlNames.rest(given.get("training_mode")));
        if (given.get("stack_ensemble_settings") instanceof ObjectNode stack) {
            ObjectNode settings = rest.putObject("stackEnsembleSettings");
            RestBody.set(settings, "stackMetaLearnerKWargs", stack.get("stack_meta_learner_kwargs"));
            RestBody.copyCamel(stack, settings, "stack_meta_learner_train_percentage");
            RestBody.set(settings, "stackMetaLearnerType", AutoMlNames.rest(stack.get("stack_meta_learner_type")));
        }
        return rest;
    }

    private static ObjectNode forecasting(ObjectNode given) {
        ObjectNode rest = RestBody.object();
        RestBody.copyCamel(
                given, rest, "country_or_region_for_holidays", "cv_step_size", "time_column_name", "frequency");
        for (String key : new String[] {"forecast_horizon", "target_rolling_window_size", "seasonality"}) {
            JsonNode value = given.get(key);
            if (value != null && !value.isNull()) {
                rest.set(RestBody.camel(key), mode(value, "value"));
            }
        }
        JsonNode lags = given.get("target_lags");
        if (lags != null && !lags.isNull()) {
            rest.set("targetLags", mode(lags, "values"));
        }
        for (String key :
                new String[] {"feature_lags", "use_stl", "short_series_handling_config", "target_aggregate_function"}) {
            RestBody.set(rest, RestBody.camel(key), given.get(key));
        }
        for (String key : new String[] {"time_series_id_column_names", "features_unknown_at_forecast_time"}) {
            JsonNode value = given.get(key);
            if (value != null && value.isTextual()) {
                rest.putArray(RestBody.camel(key)).add(value);
            } else {
                RestBody.set(rest, RestBody.camel(key), value);
            }
        }
        return rest;
    }

    private @Nullable ObjectNode sweep() {
        if (!(content.get("sweep") instanceof ObjectNode sweep)) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        JsonNode algorithm = sweep.get("sampling_algorithm");
        RestBody.set(rest, "samplingAlgorithm", algorithm);
        if (sweep.get("early_termination") instanceof ObjectNode termination) {
            rest.set("earlyTermination", SweepRendering.termination(termination));
        }
        return rest;
    }

    private @Nullable ObjectNode parameters() {
        if (!(content.get("training_parameters") instanceof ObjectNode given)) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        given.properties()
                .forEach(entry -> RestBody.set(
                        rest,
                        RestBody.camel(entry.getKey()),
                        NAMED.contains(entry.getKey()) ? AutoMlNames.rest(entry.getValue()) : entry.getValue()));
        return rest;
    }

    private void spaces(ObjectNode rest, String key, boolean camel) {
        if (content.get("search_space") instanceof ArrayNode spaces) {
            ArrayNode list = rest.putArray(key);
            spaces.forEach(space -> {
                ObjectNode item = list.addObject();
                space.properties()
                        .forEach(entry -> item.put(
                                camel ? RestBody.camel(entry.getKey()) : entry.getKey(),
                                distribution(entry.getValue())));
            });
        }
    }

    /** {@code choice('a','b')}: a distribution as the service's text. */
    static String distribution(JsonNode value) {
        if (!(value instanceof ObjectNode space)) {
            return plain(value);
        }
        ArrayNode list = SweepRendering.space(space);
        JsonNode values = list.get(1);
        boolean choice = list.get(0).asText().equals("choice");
        StringJoiner arguments = new StringJoiner(",", list.get(0).asText() + "(", ")");
        (choice ? values.get(0) : values)
                .forEach(
                        item -> arguments.add(choice && item.isTextual() ? "'" + item.textValue() + "'" : plain(item)));
        return arguments.toString();
    }

    /** Decimals without an exponent. */
    private static String plain(JsonNode value) {
        return value.isDouble() ? new BigDecimal(PythonScalar.text(value)).toPlainString() : PythonScalar.text(value);
    }

    /** The same as a step of a pipeline: the YAML, completed. */
    ObjectNode step(String name) {
        ObjectNode rest = content.deepCopy();
        rest.remove("$schema");
        rest.put("name", name);
        if (isTabular() || isImage()) {
            rest.put("log_verbosity", verbosity());
        }
        if (!isTabular() && !rest.has("limits")) {
            rest.set("limits", usualLimits("max_trials", "max_nodes"));
        }
        rest.put("primary_metric", metric());
        for (String key : new String[] {"outputs", "properties", "tags"}) {
            if (!rest.has(key)) {
                rest.putObject(key);
            }
        }
        String compute = CheckedSpec.text(content, "compute");
        if (compute != null) {
            rest.put("compute", compute.contains("${{") ? compute : "azureml:" + assets.compute(compute));
        }
        if (content.get("outputs") instanceof ObjectNode outputs) {
            ObjectNode rendered = rest.putObject("outputs");
            outputs.properties().forEach(entry -> rendered.set(entry.getKey(), stepOutput(entry.getValue())));
        }
        if (rest.get("limits") instanceof ObjectNode limits && !isTabular() && !isImage()) {
            once(limits, "max_trials");
            once(limits, "max_nodes");
        }
        if (isTabular()
                && rest.get("featurization") instanceof ObjectNode featurization
                && !featurization.has("mode")) {
            featurization.put("mode", "auto");
        }
        if (rest.get("sweep") instanceof ObjectNode sweep
                && sweep.get("early_termination") instanceof ObjectNode given) {
            ObjectNode termination = StepRendering.snakeKeys(SweepRendering.termination(given));
            termination.remove("policy_type");
            termination.set("type", given.get("type"));
            sweep.set("early_termination", termination);
        }
        spaces(rest, "search_space", false);
        return rest;
    }

    private static JsonNode stepOutput(JsonNode output) {
        if (output.isTextual()) {
            return output;
        }
        ObjectNode rest = StepRendering.snakeKeys(JobRendering.output(output));
        RestBody.set(rest, "name", rest.remove("asset_name"));
        RestBody.set(rest, "version", rest.remove("asset_version"));
        return rest;
    }
}
