package io.github.amlmaven.plugin.config;

import io.github.amlmaven.core.evaluation.Against;
import io.github.amlmaven.core.evaluation.Rule;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** A nested {@code <rule>} of {@code aml:evaluate}. */
public final class EvaluationRule {

    /** The metric's name. */
    @Parameter(required = true)
    private String metric = "";

    /** {@code maximize} or {@code minimize}. */
    @Parameter
    private String direction = "maximize";

    /** The smallest value that is good enough. */
    @Parameter
    private @Nullable Double minimum;

    /** The largest value that is good enough. */
    @Parameter
    private @Nullable Double maximum;

    /** By how much, in the metric's unit, it may be worse than the other model's. */
    @Parameter
    private double tolerance;

    /** {@code production}, {@code tag:<name>=<value>} or {@code version:<version>}. */
    @Parameter
    private String against = "";

    /** Parts of the data that the rule holds for too. */
    @Parameter
    private List<String> slices = List.of();

    /** The metric that counts the examples. */
    @Parameter
    private String sampleMetric = "samples";

    /** With fewer examples nothing is promoted. */
    @Parameter
    private long minimumSample;

    public Rule rule() {
        return new Rule(
                metric,
                Rule.Direction.parse(direction),
                optional(minimum),
                optional(maximum),
                tolerance,
                Against.parse(against),
                slices,
                sampleMetric,
                minimumSample);
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
