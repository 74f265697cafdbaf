package io.github.amlmaven.core.evaluation;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What one metric must be.
 *
 * @param metric its name; that of a slice is {@code <metric>.<slice>}
 * @param direction which way is better
 * @param minimum the smallest value that is good enough, in the metric's unit
 * @param maximum the largest value that is good enough, in the metric's unit
 * @param tolerance by how much, in the metric's unit, the value may be worse than the other model's
 * @param against the other model
 * @param slices parts of the data that the rule holds for too, each by a metric of its own
 * @param sampleMetric the metric that counts the examples; that of a slice is {@code <sampleMetric>.<slice>}
 * @param minimumSample with fewer examples nothing is promoted; 0 asks for no count
 */
public record Rule(
        String metric,
        Direction direction,
        OptionalDouble minimum,
        OptionalDouble maximum,
        double tolerance,
        Against against,
        List<String> slices,
        String sampleMetric,
        long minimumSample) {

    /** Which way a metric is better. */
    public enum Direction {
        MAXIMIZE,
        MINIMIZE;

        public static Direction parse(String text) {
            for (Direction direction : values()) {
                if (direction.name().equalsIgnoreCase(text)) {
                    return direction;
                }
            }
            throw invalid("direction '" + text + "' of a rule is neither maximize nor minimize");
        }
    }

    public Rule {
        slices = List.copyOf(slices);
        if (metric.isBlank()) {
            throw invalid("a rule of aml:evaluate names no metric");
        }
        if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
            throw invalid("the tolerance of the rule for " + metric + " is " + tolerance);
        }
        if (minimum.isEmpty() && maximum.isEmpty() && against instanceof Against.Nothing) {
            throw invalid("the rule for " + metric + " asks for nothing: it has no minimum, no maximum and no against");
        }
    }

    private static AmlException invalid(String what) {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, what)
                .remedy("Each <rule> has <metric>, and <minimum>, <maximum> or <against>.")
                .build();
    }
}
