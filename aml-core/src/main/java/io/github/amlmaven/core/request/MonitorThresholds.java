package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.RestBody;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When a signal raises an alarm. Source: azure-ai-ml 1.34.0 ({@code entities/_monitoring/thresholds.py}). */
final class MonitorThresholds {

    private static final String[] GROUPS = {"Numerical", "Categorical"};
    private static final String[] RATES = {"null_value_rate", "data_type_error_rate", "out_of_bounds_rate"};

    /** Of several metrics the official client sends the first in this order that is not zero. */
    private static final List<String> NUMERICAL = List.of(
            "jensen_shannon_distance",
            "normalized_wasserstein_distance",
            "population_stability_index",
            "two_sample_kolmogorov_smirnov_test");

    private static final List<String> CATEGORICAL =
            List.of("jensen_shannon_distance", "population_stability_index", "pearsons_chi_squared_test");
    private static final List<String> PERFORMANCE = List.of("accuracy", "precision", "recall");

    private MonitorThresholds() {}

    /** One metric a kind of data; a kind that is named without a metric is named in the request too. */
    static ArrayNode drift(JsonNode given) {
        ArrayNode list = RestBody.JSON.arrayNode();
        for (String group : GROUPS) {
            JsonNode metrics = given.path(group.equals("Numerical") ? "numerical" : "categorical");
            List<String> order = group.equals("Numerical") ? NUMERICAL : CATEGORICAL;
            Optional<String> chosen = order.stream()
                    .filter(metric -> metrics.path(metric).doubleValue() != 0)
                    .findFirst();
            if (chosen.isPresent()) {
                list.add(threshold(
                        group, chosen.get(), metrics.path(chosen.get()).doubleValue()));
            } else if (metrics.isObject()) {
                list.addObject().put("dataType", group);
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

    /**
     * The thresholds of a model's performance, as the text that the service parses; null when there are none. Those of a
     * regression the official client itself cannot make.
     */
    static @Nullable String performance(JsonNode given) {
        if (given.hasNonNull("regression")) {
            throw AmlException.of(
                            ErrorCode.SPEC_UNSUPPORTED,
                            "azure-ai-ml 1.34.0 cannot send 'metric_thresholds.regression' of a model_performance signal")
                    .remedy("Watch the regression with a signal of type 'custom'.")
                    .build();
        }
        List<String> all = new ArrayList<>();
        for (String metric : PERFORMANCE) {
            JsonNode value = given.path("classification").path(metric);
            if (value.doubleValue() != 0) {
                all.add("{\"modelType\":\"classification\",\"metric\":\"" + RestBody.pascal(metric)
                        + "\",\"threshold\":{\"value\":" + PythonScalar.text(value) + "}}");
            }
        }
        return all.isEmpty() ? null : "[" + String.join(", ", all) + "]";
    }

    /** Two thresholds a measure: of each answer, and of how many answers reach it. */
    static ArrayNode safetyAndQuality(JsonNode given) {
        ArrayNode list = RestBody.JSON.arrayNode();
        for (String measure : new String[] {"groundedness", "relevance", "coherence", "fluency", "similarity"}) {
            JsonNode thresholds = given.path(measure);
            if (!thresholds.isEmpty()) {
                String name = RestBody.pascal(measure);
                JsonNode least = thresholds.path("acceptable_" + measure + "_score_per_instance");
                add(list, "Acceptable" + name + "ScorePerInstance", least.isMissingNode() ? 3 : least.doubleValue());
                add(list, "Aggregated" + name + "PassRate", rate(thresholds, "aggregated_" + measure + "_pass_rate"));
            }
        }
        return list;
    }

    /** How many tokens a model may use. */
    static ArrayNode tokens(JsonNode given) {
        ArrayNode list = RestBody.JSON.arrayNode();
        JsonNode total = given.path("totaltoken");
        if (given.isMissingNode()) {
            add(list, "TotalTokenCount", 0);
            add(list, "TotalTokenCountPerGroup", 0);
        } else if (!total.isEmpty()) {
            JsonNode count = total.path("total_token_count");
            add(list, "TotalTokenCount", count.isMissingNode() ? 3 : count.doubleValue());
            add(list, "TotalTokenCountPerGroup", rate(total, "total_token_count_per_group"));
        }
        return list;
    }

    private static double rate(JsonNode thresholds, String key) {
        if (!thresholds.path(key).isNumber()) {
            throw AmlException.of(ErrorCode.SPEC_MISSING_KEY, "A signal's 'metric_thresholds' need '" + key + "'")
                    .build();
        }
        return thresholds.path(key).doubleValue();
    }

    private static void add(ArrayNode list, String metric, double value) {
        list.addObject().put("metric", metric).putObject("threshold").put("value", value);
    }

    private static ObjectNode threshold(String group, String metric, double value) {
        ObjectNode rest = RestBody.object().put("dataType", group).put("metric", RestBody.camel(metric));
        rest.putObject("threshold").put("value", value);
        return rest;
    }
}
