package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import org.jspecify.annotations.Nullable;

/** Parts of a hyperparameter sweep. Source: azure-ai-ml 1.34.0 ({@code entities/_job/sweep}). */
final class SweepRendering {

    private SweepRendering() {}

    /** {@code ["uniform", [min, max]]}: a space as the service's list. */
    static ArrayNode space(ObjectNode space) {
        String type = String.valueOf(CheckedSpec.text(space, "type"));
        ArrayNode values = RestBody.JSON.arrayNode();
        switch (type) {
            case "choice" -> {
                ArrayNode items = values.addArray();
                space.path("values")
                        .forEach(value -> items.add(value instanceof ObjectNode object ? nested(object) : value));
            }
            case "randint" -> values.add(space.get("upper"));
            case "normal", "lognormal" -> values.add(space.get("mu")).add(space.get("sigma"));
            case "qnormal", "qlognormal" ->
                values.add(space.get("mu")).add(space.get("sigma")).add(space.get("q"));
            case "uniform", "loguniform" -> values.add(space.get("min_value")).add(space.get("max_value"));
            default ->
                values.add(space.get("min_value")).add(space.get("max_value")).add(space.get("q"));
        }
        return RestBody.JSON.arrayNode().add(type).add(values);
    }

    private static ObjectNode nested(ObjectNode choice) {
        ObjectNode rest = RestBody.object();
        choice.properties()
                .forEach(entry -> rest.set(
                        entry.getKey(),
                        entry.getValue() instanceof ObjectNode inner && inner.has("type")
                                ? space(inner)
                                : entry.getValue()));
        return rest;
    }

    static @Nullable ObjectNode algorithm(@Nullable JsonNode algorithm) {
        if (algorithm == null || algorithm.isNull()) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        rest.put(
                "samplingAlgorithmType",
                RestBody.pascal(
                        algorithm.isTextual()
                                ? algorithm.textValue()
                                : algorithm.path("type").asText()));
        if (algorithm instanceof ObjectNode object) {
            RestBody.copyCamel(object, rest, "rule", "seed");
            JsonNode base = object.get("logbase");
            RestBody.put(
                    rest,
                    "logbase",
                    base == null || base.isNull()
                            ? null
                            : base.isNumber() ? PythonScalar.text(base.doubleValue()) : base.asText());
        }
        return rest;
    }

    /** When bad trials end; all numbers are there. */
    static ObjectNode termination(ObjectNode policy) {
        String type = String.valueOf(CheckedSpec.text(policy, "type"));
        ObjectNode rest = RestBody.object();
        rest.put("policyType", RestBody.pascal(type));
        number(rest, "delayEvaluation", policy.get("delay_evaluation"), 0);
        number(rest, "evaluationInterval", policy.get("evaluation_interval"), type.equals("median_stopping") ? 1 : 0);
        if (type.equals("bandit")) {
            decimal(rest, "slackAmount", policy.get("slack_amount"));
            decimal(rest, "slackFactor", policy.get("slack_factor"));
        } else if (type.equals("truncation_selection")) {
            number(rest, "truncationPercentage", policy.get("truncation_percentage"), 0);
        }
        return rest;
    }

    private static void number(ObjectNode rest, String key, @Nullable JsonNode value, int otherwise) {
        if (value == null) {
            rest.put(key, otherwise);
        } else {
            RestBody.set(rest, key, value);
        }
    }

    private static void decimal(ObjectNode rest, String key, @Nullable JsonNode value) {
        if (value == null) {
            rest.put(key, 0.0);
        } else if (!value.isNull()) {
            rest.put(key, value.doubleValue());
        }
    }

    /** Limits as a step has them: in seconds, none below a minute. */
    static ObjectNode floored(ObjectNode limits) {
        ObjectNode rest = ComponentRendering.compact(limits);
        for (String key : new String[] {"timeout", "trial_timeout"}) {
            JsonNode seconds = rest.get(key);
            if (seconds != null && seconds.isNumber() && seconds.longValue() > 0 && seconds.longValue() < 60) {
                rest.put(key, 60);
            }
        }
        return rest;
    }

    static @Nullable ObjectNode limits(@Nullable ObjectNode limits) {
        if (limits == null) {
            return null;
        }
        ObjectNode floored = floored(limits);
        ObjectNode rest = RestBody.object().put("jobLimitsType", "Sweep");
        RestBody.copyCamel(floored, rest, "max_concurrent_trials", "max_total_trials");
        RestBody.put(rest, "timeout", RestBody.seconds(floored.get("timeout")));
        RestBody.put(rest, "trialTimeout", RestBody.seconds(floored.get("trial_timeout")));
        return rest;
    }
}
