package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.request.MonitorRequests.Windows;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;
import org.jspecify.annotations.Nullable;

/** What a monitor watches. Source: azure-ai-ml 1.34.0 ({@code entities/_monitoring/signals.py}, {@code thresholds.py}). */
final class MonitorSignals {

    private final CheckedSpec spec;
    private final Windows windows;
    private final String deployment;
    private final PlannedAssets assets;

    /**
     * Signals of one monitor.
     *
     * @param deployment endpoint and deployment, with a colon between; data that it collects stands in for data not named
     */
    MonitorSignals(CheckedSpec spec, Windows windows, String deployment, PlannedAssets assets) {
        this.spec = spec;
        this.windows = windows;
        this.deployment = deployment;
        this.assets = assets;
    }

    ObjectNode all(@Nullable JsonNode declared) {
        ObjectNode signals = RestBody.object();
        if (declared == null || declared.isEmpty()) {
            signals.set("data-drift-signal", defaults("DataDrift"));
            signals.set("prediction-drift-signal", defaults("PredictionDrift"));
            signals.set("data-quality-signal", defaults("DataQuality"));
            return signals;
        }
        declared.properties().forEach(entry -> signals.set(entry.getKey(), signal(entry.getValue())));
        return signals;
    }

    private ObjectNode signal(JsonNode signal) {
        String type = signal.path("type").asText("");
        ObjectNode rest =
                RestBody.object().put("mode", signal.path("alert_enabled").asBoolean(false) ? "Enabled" : "Disabled");
        if (signal.get("properties") instanceof ObjectNode properties) {
            rest.set("properties", RestBody.texts(properties));
        }
        JsonNode thresholds = signal.path("metric_thresholds");
        switch (type) {
            case "data_drift" -> {
                rest.put("signalType", "DataDrift");
                data(rest, signal, "model_inputs");
                features(rest, signal);
                if (!thresholds.isMissingNode()) {
                    rest.set("metricThresholds", MonitorThresholds.drift(thresholds));
                }
                segment(rest, signal.get("data_segment"));
            }
            case "data_quality" -> {
                rest.put("signalType", "DataQuality");
                data(rest, signal, "model_inputs");
                features(rest, signal);
                rest.set("metricThresholds", MonitorThresholds.quality(thresholds));
            }
            case "prediction_drift" -> {
                rest.put("signalType", "PredictionDrift").put("modelType", "classification");
                data(rest, signal, "model_outputs");
                rest.set("metricThresholds", MonitorThresholds.drift(required(signal, "metric_thresholds")));
            }
            case "feature_attribution_drift" -> {
                rest.put("signalType", "FeatureAttributionDrift");
                attribution(rest, signal);
                rest.set("metricThreshold", MonitorThresholds.attribution(thresholds));
            }
            case "model_performance" -> performance(rest, signal);
            case "generation_safety_quality" -> {
                rest.put("signalType", "GenerationSafetyQuality");
                if (signal.get("production_data") instanceof ArrayNode data) {
                    ArrayNode list = rest.putArray("productionData");
                    data.forEach(each -> list.add(production(each)));
                }
                RestBody.set(rest, "workspaceConnectionId", signal.get("connection_id"));
                rest.set("metricThresholds", MonitorThresholds.safetyAndQuality(required(signal, "metric_thresholds")));
                RestBody.set(rest, "samplingRate", signal.get("sampling_rate"));
            }
            case "generation_token_statistics" -> {
                rest.put("signalType", "GenerationTokenStatistics");
                if (signal.get("production_data") instanceof ObjectNode data) {
                    rest.set("productionData", production(data));
                }
                rest.set("metricThresholds", MonitorThresholds.tokens(thresholds));
                double rate = signal.path("sampling_rate").asDouble(0);
                rest.put("samplingRate", rate == 0 ? 0.1 : rate);
            }
            case "custom" -> custom(rest, signal);
            default ->
                throw AmlException.of(
                                ErrorCode.SPEC_UNSUPPORTED,
                                spec.file().getFileName() + ": a signal of type " + type
                                        + " can be checked but not be rendered")
                        .build();
        }
        return rest;
    }

    /** The service reads the thresholds from a property; what stands in their place is the same for every model. */
    private void performance(ObjectNode rest, JsonNode signal) {
        rest.put("signalType", "ModelPerformance");
        rest.putArray("productionData").add(production(required(signal, "production_data")));
        rest.set("referenceData", reference(required(signal, "reference_data")));
        ObjectNode threshold = rest.putObject("metricThreshold");
        threshold.put("metric", "Accuracy").put("modelType", "Classification");
        threshold.putObject("threshold").put("value", 0.9);
        segment(rest, signal.get("data_segment"));
        RestBody.put(
                rest.withObject("/properties"),
                "azureml.modelmonitor.model_performance_thresholds",
                MonitorThresholds.performance(required(signal, "metric_thresholds")));
    }

    private JsonNode required(JsonNode signal, String key) {
        if (!signal.hasNonNull(key)) {
            throw AmlException.of(
                            ErrorCode.SPEC_MISSING_KEY,
                            spec.file().getFileName() + ": a signal of type "
                                    + signal.path("type").asText() + " needs '" + key + "'")
                    .build();
        }
        return signal.get(key);
    }

    private void data(ObjectNode rest, JsonNode signal, String collected) {
        JsonNode production = signal.get("production_data");
        JsonNode reference = signal.get("reference_data");
        rest.set(
                "productionData",
                production == null ? collected(collected, windows.production(), "P0D") : production(production));
        rest.set(
                "referenceData",
                reference == null
                        ? collected(collected, windows.reference(), windows.production())
                        : reference(reference));
    }

    private void attribution(ObjectNode rest, JsonNode signal) {
        ArrayNode list = rest.putArray("productionData");
        JsonNode production = signal.get("production_data");
        if (production == null || production.isEmpty()) {
            list.add(collected("model_inputs", windows.production(), "P0D"));
            list.add(collected("model_outputs", windows.production(), "P0D"));
        } else {
            production.forEach(data -> list.add(production(data)));
        }
        JsonNode reference = signal.get("reference_data");
        if (reference != null) {
            rest.set("referenceData", reference(reference));
        }
    }

    /** What the deployment collects about itself. */
    private ObjectNode collected(String context, String window, String offset) {
        String[] names = deployment.split("[:/]", -1);
        if (names.length < 2) {
            throw AmlException.of(
                            ErrorCode.SPEC_MISSING_KEY,
                            spec.file().getFileName()
                                    + ": a signal needs 'production_data' and 'reference_data' when the monitor has no"
                                    + " 'monitoring_target.endpoint_deployment_id'")
                    .build();
        }
        String endpoint = names.length == 2 ? names[0] : names[names.length - 3];
        String uri = assets.version("data", endpoint + "-" + names[names.length - 1] + "-" + context, "1");
        return RestBody.object()
                .put("inputDataType", "Trailing")
                .put("dataContext", context)
                .put("jobInputType", "uri_folder")
                .put("uri", uri)
                .put("windowOffset", offset)
                .put("windowSize", window);
    }

    private ObjectNode production(JsonNode data) {
        JsonNode window = data.path("data_window");
        String size = window.path("lookback_window_size").asText(windows.production());
        ObjectNode rest = input(data).put("inputDataType", "Trailing");
        rest.put("windowSize", size.equals("default") ? windows.production() : size);
        rest.put("windowOffset", window.path("lookback_window_offset").asText("P0D"));
        component(rest, data);
        return rest;
    }

    private ObjectNode reference(JsonNode data) {
        JsonNode window = data.path("data_window");
        ObjectNode rest = input(data);
        if (window.has("lookback_window_size")) {
            String size = window.path("lookback_window_size").asText();
            String offset = window.path("lookback_window_offset").asText("P0D");
            rest.put("inputDataType", "Trailing");
            rest.put("windowSize", size.equals("default") ? windows.reference() : size);
            rest.put("windowOffset", offset.equals("default") ? windows.production() : offset);
            component(rest, data);
        } else if (window.has("window_start") && window.has("window_end")) {
            rest.put("inputDataType", "Static");
            rest.put("windowStart", window.path("window_start").asText() + "T00:00:00.000Z");
            rest.put("windowEnd", window.path("window_end").asText() + "T00:00:00.000Z");
            component(rest, data);
        } else {
            rest.put("inputDataType", "Fixed");
        }
        return rest;
    }

    private void component(ObjectNode rest, JsonNode data) {
        String component = data.path("pre_processing_component").asText("");
        if (!component.isEmpty()) {
            rest.put("preprocessingComponentId", assets.component(AssetReference.parse(component, spec.directory())));
        }
    }

    private ObjectNode input(JsonNode data) {
        JsonNode input = data.path("input_data");
        String type = input.path("type").asText("uri_folder");
        ObjectNode rest = RestBody.object().put("jobInputType", type);
        String path = input.path("path").asText("");
        if (path.isEmpty()) {
            throw AmlException.of(
                            ErrorCode.SPEC_MISSING_KEY,
                            spec.file().getFileName() + ": the 'input_data' of a signal needs a 'path'")
                    .build();
        }
        rest.put("uri", assets.input(AssetReference.parse(path, spec.directory()), type, null));
        String context = data.path("data_context").asText("");
        if (!context.isEmpty()) {
            rest.put("dataContext", context);
        }
        RestBody.set(rest, "columns", data.get("data_column_names"));
        return rest;
    }

    private static void features(ObjectNode rest, JsonNode signal) {
        JsonNode features = signal.get("features");
        if (features != null && features.isTextual()) {
            rest.putObject("features").put("filterType", "AllFeatures");
        } else if (features != null && features.isArray()) {
            rest.putObject("features").put("filterType", "FeatureSubset").set("features", features);
        } else if (features != null && features.isObject()) {
            rest.putObject("features")
                    .put("filterType", "TopNByAttribution")
                    .set("top", features.path("top_n_feature_importance"));
        }
        JsonNode types = signal.get("feature_type_override");
        if (types instanceof ObjectNode) {
            rest.set("featureDataTypeOverride", types);
        }
    }

    private static void segment(ObjectNode rest, @Nullable JsonNode segment) {
        if (segment instanceof ObjectNode) {
            rest.set(
                    "dataSegment",
                    Fields.of(segment)
                            .as("feature", "feature_name")
                            .as("values", "feature_values")
                            .done());
        }
    }

    private void custom(ObjectNode rest, JsonNode signal) {
        rest.put("signalType", "Custom");
        String component = signal.path("component_id").asText();
        rest.put("componentId", component.replaceFirst("^azureml:", ""));
        ArrayNode thresholds = rest.putArray("metricThresholds");
        signal.path("metric_thresholds").forEach(threshold -> {
            ObjectNode item = thresholds.addObject();
            RestBody.set(item, "metric", threshold.get("metric_name"));
            if (threshold.hasNonNull("threshold")) {
                item.putObject("threshold")
                        .put("value", threshold.get("threshold").doubleValue());
            }
        });
        if (signal.get("input_data") instanceof ObjectNode data) {
            ObjectNode inputs = rest.putObject("inputAssets");
            data.properties().forEach(entry -> inputs.set(entry.getKey(), reference(entry.getValue())));
        }
        JsonNode connection = signal.path("connection");
        rest.set(
                "workspaceConnection",
                Fields.of(connection)
                        .same("environment_variables")
                        .as("secrets", "secret_config")
                        .done());
    }

    /** The signals of a monitor that names none. */
    private ObjectNode defaults(String type) {
        boolean drift = type.endsWith("Drift");
        String context = type.equals("PredictionDrift") ? "model_outputs" : "model_inputs";
        ObjectNode rest = RestBody.object().put("signalType", type).put("mode", "Disabled");
        rest.set("productionData", collected(context, windows.production(), "P0D"));
        rest.set("referenceData", collected(context, windows.reference(), windows.production()));
        rest.set("metricThresholds", drift ? MonitorThresholds.driftDefaults() : MonitorThresholds.qualityDefaults());
        if (type.equals("PredictionDrift")) {
            rest.put("modelType", "classification");
        } else {
            rest.putObject("features").put("filterType", "AllFeatures");
        }
        return rest;
    }
}
