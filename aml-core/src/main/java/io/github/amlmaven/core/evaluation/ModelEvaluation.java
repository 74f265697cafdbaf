package io.github.amlmaven.core.evaluation;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.evaluation.Baselines.Baseline;
import io.github.amlmaven.core.evaluation.Evaluation.Finding;
import io.github.amlmaven.core.evaluation.Evaluation.Outcome;
import io.github.amlmaven.core.evaluation.Rule.Direction;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Applies rules to metrics. A figure that is missing, on either side, is an error and no decision: a gate that takes it for
 * bad hides a broken evaluation, and one that takes it for good lets everything through.
 */
public final class ModelEvaluation {

    private final Baselines baselines;

    public ModelEvaluation(Baselines baselines) {
        this.baselines = baselines;
    }

    /** Decides; an error in one rule does not keep the others from being applied. */
    public Evaluation evaluate(List<Rule> rules, Map<String, Double> metrics) {
        List<Finding> findings = new ArrayList<>();
        for (Rule rule : rules) {
            findings.add(finding(rule, "", metrics));
            rule.slices().forEach(slice -> findings.add(finding(rule, "." + slice, metrics)));
        }
        return Evaluation.of(findings);
    }

    private Finding finding(Rule rule, String slice, Map<String, Double> metrics) {
        String metric = rule.metric() + slice;
        try {
            double value = figure(metrics, metric, "the run");
            Optional<String> tooFew = tooFew(rule, slice, metrics);
            Optional<String> objection = tooFew.isPresent() ? tooFew : outOfLimits(rule, metric, value);
            return objection
                    .map(reason -> new Finding(metric, Outcome.KEEP, reason))
                    .orElseGet(() -> compared(rule, metric, value));
        } catch (AmlException undecided) {
            if (undecided.code() != ErrorCode.EVALUATION_UNDECIDED) {
                throw undecided;
            }
            return new Finding(metric, Outcome.ERROR, String.valueOf(undecided.getMessage()));
        }
    }

    private static Optional<String> tooFew(Rule rule, String slice, Map<String, Double> metrics) {
        if (rule.minimumSample() <= 0) {
            return Optional.empty();
        }
        double count = figure(metrics, rule.sampleMetric() + slice, "the run");
        return count < rule.minimumSample()
                ? Optional.of(rule.metric() + slice + " was measured on " + Figure.shown(count)
                        + " examples, fewer than " + rule.minimumSample())
                : Optional.empty();
    }

    private static Optional<String> outOfLimits(Rule rule, String metric, double value) {
        if (rule.minimum().isPresent() && value < rule.minimum().getAsDouble()) {
            return Optional.of(metric + " is " + Figure.shown(value) + ", below the minimum "
                    + Figure.shown(rule.minimum().getAsDouble()));
        }
        if (rule.maximum().isPresent() && value > rule.maximum().getAsDouble()) {
            return Optional.of(metric + " is " + Figure.shown(value) + ", above the maximum "
                    + Figure.shown(rule.maximum().getAsDouble()));
        }
        return Optional.empty();
    }

    private Finding compared(Rule rule, String metric, double value) {
        if (rule.against() instanceof Against.Nothing) {
            return new Finding(metric, Outcome.PROMOTE, metric + " is " + Figure.shown(value));
        }
        Optional<Baseline> found = baselines.find(rule.against());
        if (found.isEmpty()) {
            return new Finding(
                    metric,
                    Outcome.PROMOTE,
                    metric + " is " + Figure.shown(value) + "; there is no model to compare with yet");
        }
        Baseline baseline = found.get();
        double other = figure(baseline.metrics(), metric, "model " + baseline.name());
        boolean better = isBetter(rule, BigDecimal.valueOf(value), BigDecimal.valueOf(other));
        String figures = metric + " is " + Figure.shown(value) + ", that of model " + baseline.name() + " is "
                + Figure.shown(other)
                + (rule.tolerance() > 0 ? " (tolerance " + Figure.shown(rule.tolerance()) + ")" : "");
        return better
                ? new Finding(metric, Outcome.PROMOTE, figures)
                : new Finding(metric, Outcome.KEEP, figures + ": not better");
    }

    /** In decimals, as the figures were written: 0.7 is worse than 0.8 by 0.1, and that much may be allowed. */
    private static boolean isBetter(Rule rule, BigDecimal value, BigDecimal other) {
        BigDecimal gain = rule.direction() == Direction.MAXIMIZE ? value.subtract(other) : other.subtract(value);
        int compared = gain.compareTo(BigDecimal.valueOf(rule.tolerance()).negate());
        return rule.tolerance() > 0 ? compared >= 0 : compared > 0;
    }

    private static double figure(Map<String, Double> metrics, String name, String owner) {
        Double value = metrics.get(name);
        if (value == null || value.isNaN() || value.isInfinite()) {
            throw AmlException.of(
                            ErrorCode.EVALUATION_UNDECIDED,
                            owner + " has no metric " + name + (value == null ? "" : " but " + value))
                    .build();
        }
        return value;
    }
}
