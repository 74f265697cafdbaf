package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.RestBody;
import java.util.Map;

/** When a signal raises an alarm. Source: azure-ai-ml 1.34.0 ({@code entities/_monitoring/thresholds.py}). */
final class MonitorThresholds {

    private static final String[] GROUPS = {"Numerical", "Categorical"};
    private static final String[] RATES = {"null_value_rate", "data_type_error_rate", "out_of_bounds_rate"};

    private MonitorThresholds() {}

    /** One metric a kind of data; a kind without a metric is named all the same. */
    static ArrayNode dataDrift(JsonNode given) {
        return drift(given, true);
    }

    /** One metric a kind of data. */
    static ArrayNode predictionDrift(JsonNode given) {
        return given.isMissingNode() ? driftDefaults() : drift(given, false);
    }

    private static ArrayNode drift(JsonNode given, boolean bothKinds) {
        ArrayNode list = RestBody.JSON.arrayNode();
        for (String group : GROUPS) {
            JsonNode metrics = given.path(group.equals("Numerical") ? "numerical" : "categorical");
            if (metrics.isEmpty() && bothKinds) {
                list.addObject().put("dataType", group);
            }
            for (Map.Entry<String, JsonNode> metric : metrics.properties()) {
                list.add(threshold(group, metric.getKey(), metric.getValue().doubleValue()));
                break;
            }
        }
        return list;
    }

    static ArrayNode driftDefaults() {
        return RestBody.JSON
                .arrayNode()
                .add(threshold("Numerical", "normalized_wasserstein_distance", 0.1))
                .add(threshold("Categorical", "jensen_shannon_distance", 0.1));
    }

    /** The official client takes the numerical rates for both kinds of data. */
    static ArrayNode quality(JsonNode given) {
        if (given.isMissingNode()) {
            return qualityDefaults();
        }
        ArrayNode list = RestBody.JSON.arrayNode();
        for (String group : GROUPS) {
            JsonNode rates = given.path(group.equals("Numerical") ? "numerical" : "categorical");
            for (String rate : RATES) {
                if (rates.hasNonNull(rate)) {
                    list.add(threshold(group, rate, rates.get(rate).doubleValue()));
                }
            }
        }
        return list;
    }

    static ArrayNode qualityDefaults() {
        ArrayNode list = RestBody.JSON.arrayNode();
        for (String group : GROUPS) {
            for (String rate : RATES) {
                list.add(threshold(group, rate, 0));
            }
        }
        return list;
    }

    static ObjectNode attribution(JsonNode given) {
        ObjectNode rest = RestBody.object().put("metric", "normalizedDiscountedCumulativeGain");
        double value = given.path("normalized_discounted_cumulative_gain").asDouble(0);
        if (value != 0) {
            rest.putObject("threshold").put("value", value);
        }
        return rest;
    }

    private static ObjectNode threshold(String group, String metric, double value) {
        ObjectNode rest = RestBody.object().put("dataType", group).put("metric", RestBody.camel(metric));
        rest.putObject("threshold").put("value", value);
        return rest;
    }
}
