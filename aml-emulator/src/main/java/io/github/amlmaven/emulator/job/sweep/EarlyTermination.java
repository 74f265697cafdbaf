package io.github.amlmaven.emulator.job.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.job.state.JobFailure;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which trials of a sweep are not worth going on. A policy looks each time a trial has logged the primary metric
 * {@code evaluationInterval} times more, and not before it has {@code delayEvaluation} times.
 *
 * <p>Source: https://learn.microsoft.com/azure/machine-learning/how-to-tune-hyperparameters#early-termination
 *
 * @param amount slack factor, slack amount or percentage
 */
record EarlyTermination(Kind kind, int interval, int delay, double amount, boolean maximize) {

    /** The policies. */
    enum Kind {
        NONE,
        BANDIT_FACTOR,
        BANDIT_AMOUNT,
        MEDIAN,
        TRUNCATION
    }

    static EarlyTermination of(JsonNode policy, boolean maximize) throws JobFailure {
        int interval = Math.max(
                1,
                number(policy, "evaluationInterval", "evaluation_interval")
                        .map(Double::intValue)
                        .orElse(1));
        int delay = number(policy, "delayEvaluation", "delay_evaluation")
                .map(Double::intValue)
                .orElse(0);
        String type = policy.path("policyType")
                .asText(policy.path("policy_type").asText(policy.path("type").asText("")));
        // The official client sends both, and 0 for the one that was not given.
        Optional<Double> factor = number(policy, "slackFactor", "slack_factor").filter(given -> given > 0);
        return switch (type.toLowerCase(Locale.ROOT).replace("_", "")) {
            case "" -> new EarlyTermination(Kind.NONE, interval, delay, 0, maximize);
            case "bandit" ->
                new EarlyTermination(
                        factor.isPresent() ? Kind.BANDIT_FACTOR : Kind.BANDIT_AMOUNT,
                        interval,
                        delay,
                        factor.or(() -> number(policy, "slackAmount", "slack_amount"))
                                .orElse(0.0),
                        maximize);
            case "medianstopping" -> new EarlyTermination(Kind.MEDIAN, interval, delay, 0, maximize);
            case "truncationselection" ->
                new EarlyTermination(
                        Kind.TRUNCATION,
                        interval,
                        delay,
                        number(policy, "truncationPercentage", "truncation_percentage")
                                .orElse(0.0),
                        maximize);
            default ->
                throw JobFailure.user(
                        "earlyTermination '" + type + "' is not one of Bandit, MedianStopping, TruncationSelection.");
        };
    }

    /**
     * Whether a trial is to be ended.
     *
     * @param mine what it has logged, oldest first
     * @param others what the other trials have logged
     */
    boolean ends(List<Double> mine, Collection<List<Double>> others) {
        int looks = mine.size();
        if (kind == Kind.NONE || looks == 0 || looks < delay || (looks - delay) % interval != 0) {
            return false;
        }
        double own = best(mine);
        return switch (kind) {
            case NONE -> false;
            case BANDIT_FACTOR ->
                others(others).filter(best -> outsideFactor(own, best)).isPresent();
            case BANDIT_AMOUNT ->
                others(others)
                        .filter(best -> maximize ? own < best - amount : own > best + amount)
                        .isPresent();
            case MEDIAN -> belowMedian(own, looks, others);
            case TRUNCATION -> truncated(own, looks, others);
        };
    }

    /** AML stops a run whose best is smaller than the overall best divided by {@code 1 + slack}. */
    private boolean outsideFactor(double own, double best) {
        return maximize ? own < best / (1 + amount) : own > best * (1 + amount);
    }

    private boolean belowMedian(double own, int looks, Collection<List<Double>> others) {
        double[] averages = others.stream()
                .filter(values -> values.size() >= looks)
                .mapToDouble(values -> values.subList(0, looks).stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(0))
                .sorted()
                .toArray();
        if (averages.length == 0) {
            return false;
        }
        double middle = averages[averages.length / 2];
        double median = averages.length % 2 == 1 ? middle : (middle + averages[averages.length / 2 - 1]) / 2;
        return maximize ? own < median : own > median;
    }

    /** Among the trials that have come as far, those in the lowest part are ended. */
    private boolean truncated(double own, int looks, Collection<List<Double>> others) {
        List<Double> rivals = others.stream()
                .filter(values -> values.size() >= looks)
                .map(values -> best(values.subList(0, looks)))
                .toList();
        long better = rivals.stream()
                .filter(rival -> maximize ? rival > own : rival < own)
                .count();
        int all = rivals.size() + 1;
        return all > 1 && better >= all - Math.floor(all * amount / 100);
    }

    private Optional<Double> others(Collection<List<Double>> others) {
        return others.stream()
                .filter(values -> !values.isEmpty())
                .map(this::best)
                .reduce((a, b) -> better(a, b) ? a : b);
    }

    private double best(List<Double> values) {
        return values.stream().reduce((a, b) -> better(a, b) ? a : b).orElseThrow();
    }

    boolean better(double one, double other) {
        return maximize ? one > other : one < other;
    }

    private static Optional<Double> number(JsonNode policy, String name, String otherName) {
        JsonNode value = policy.hasNonNull(name) ? policy.get(name) : policy.path(otherName);
        return value.isNumber() ? Optional.of(value.asDouble()) : Optional.empty();
    }
}
