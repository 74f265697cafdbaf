package io.github.amlmaven.emulator.monitor;

import io.github.amlmaven.emulator.monitor.RequestMetrics.Answered;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Metrics of online endpoints that are measured here (supported-metrics, workspaces/onlineEndpoints), with their dimensions. */
enum Metric {
    REQUESTS_PER_MINUTE("RequestsPerMinute", "Requests Per Minute", "Count", 0),
    REQUEST_LATENCY("RequestLatency", "Request Latency", "Milliseconds", 0),
    P50("RequestLatency_P50", "Request Latency P50", "Milliseconds", 0.5),
    P90("RequestLatency_P90", "Request Latency P90", "Milliseconds", 0.9),
    P95("RequestLatency_P95", "Request Latency P95", "Milliseconds", 0.95),
    P99("RequestLatency_P99", "Request Latency P99", "Milliseconds", 0.99);

    private final String key;
    private final String title;
    private final String unit;
    private final double quantile;

    Metric(String key, String title, String unit, double quantile) {
        this.key = key;
        this.title = title;
        this.unit = unit;
        this.quantile = quantile;
    }

    String key() {
        return key;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }

    List<String> dimensions() {
        return this == REQUESTS_PER_MINUTE
                ? List.of("deployment", "statusCode", "statusCodeClass", "modelStatusCode")
                : List.of("deployment");
    }

    static Optional<Metric> named(String name) {
        return Arrays.stream(values())
                .filter(metric -> metric.key.equalsIgnoreCase(name))
                .findFirst();
    }

    /** What a minute is worth: one value, or for the plain latency one for each request. */
    double[] values(List<Answered> minute) {
        double[] times =
                minute.stream().mapToDouble(Answered::milliseconds).sorted().toArray();
        if (times.length == 0 || this == REQUEST_LATENCY) {
            return times;
        }
        return new double[] {
            this == REQUESTS_PER_MINUTE
                    ? times.length
                    : times[Math.max(0, (int) Math.ceil(quantile * times.length) - 1)]
        };
    }

    /** An aggregation of values, by Azure Monitor's name for it; empty without values. */
    static OptionalDouble aggregate(String aggregation, double[] values) {
        if (values.length == 0) {
            return OptionalDouble.empty();
        }
        return switch (aggregation.toLowerCase(Locale.ROOT)) {
            case "total", "sum" -> OptionalDouble.of(Arrays.stream(values).sum());
            case "minimum", "min" -> Arrays.stream(values).min();
            case "maximum", "max" -> Arrays.stream(values).max();
            case "count" -> OptionalDouble.of(values.length);
            default -> Arrays.stream(values).average();
        };
    }
}
