package io.github.amlmaven.core.canary;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.arm.ArmClient;
import io.github.amlmaven.core.canary.Judge.Metric;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** Asks Azure Monitor for a metric of the endpoint (https://learn.microsoft.com/rest/api/monitor/metrics/list). */
record MetricCall(ArmClient arm, String endpoint, String candidate) {

    Finding judge(Metric judge) {
        return ask(judge)
                .judged(
                        judge.metric() + " of " + candidate,
                        judge.minimum(),
                        judge.maximum(),
                        "Give the steps a longer bake than Azure Monitor is behind (some minutes), or the metric a longer"
                                + " window, in the canary's file.");
    }

    private Figure ask(Metric judge) {
        if (!endpoint.startsWith("/subscriptions/")) {
            return Figure.none("Azure Monitor knows online endpoints, not " + endpoint + "; judge by a query instead");
        }
        String filter = "deployment eq '" + candidate + "'"
                + judge.filter().map(more -> " and " + more).orElse("");
        Map<String, String> query = Map.of(
                "metricnames", judge.metric(),
                "timespan", judge.window().toString(),
                "interval", "PT1M",
                "aggregation", judge.aggregation(),
                "$filter", filter);
        try {
            Optional<ObjectNode> found = arm.list(
                            endpoint + "/providers/Microsoft.Insights/metrics", ApiVersions.METRICS, query)
                    .findFirst();
            List<Double> values = new ArrayList<>();
            found.ifPresent(metric -> metric.path("timeseries")
                    .forEach(series ->
                            series.path("data").forEach(point -> add(values, point.path(judge.aggregation())))));
            return values.isEmpty()
                    ? Figure.none("Azure Monitor has no value of the last "
                            + judge.window().toMinutes() + " minutes yet")
                    : Figure.of(combined(judge.aggregation(), values));
        } catch (AmlException refused) {
            if (refused.code() == ErrorCode.ARM_FORBIDDEN || refused.code() == ErrorCode.ARM_BAD_REQUEST) {
                throw refused;
            }
            return Figure.none(String.valueOf(refused.getMessage()));
        }
    }

    private static void add(List<Double> values, JsonNode value) {
        if (value.isNumber()) {
            values.add(value.asDouble());
        }
    }

    private static double combined(String aggregation, List<Double> values) {
        DoubleStream numbers = values.stream().mapToDouble(Double::doubleValue);
        return switch (aggregation) {
            case "total" -> numbers.sum();
            case "minimum" -> numbers.min().orElseThrow();
            case "maximum" -> numbers.max().orElseThrow();
            default -> numbers.average().orElseThrow();
        };
    }
}
