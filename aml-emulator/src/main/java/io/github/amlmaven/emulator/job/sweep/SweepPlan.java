package io.github.amlmaven.emulator.job.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.job.state.JobFailure;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a sweep job asks for.
 *
 * @param points the values of each trial, in order
 * @param note what is done otherwise than asked; empty when nothing is
 */
public record SweepPlan(
        List<ObjectNode> points,
        int concurrent,
        Optional<Duration> timeout,
        String trialTimeout,
        String metric,
        EarlyTermination policy,
        String note) {

    private static final int DEFAULT_TRIALS = 1000;
    private static final int DEFAULT_CONCURRENT = 100;

    public static SweepPlan of(String job, ObjectNode properties) throws JobFailure {
        JsonNode objective = properties.path("objective");
        String metric = text(objective, "primaryMetric", "primary_metric");
        String goal = objective.path("goal").asText("").toLowerCase(Locale.ROOT);
        if (metric.isEmpty() || !(goal.equals("maximize") || goal.equals("minimize"))) {
            throw JobFailure.user(
                    "The sweep needs an objective with a primaryMetric and the goal Maximize or Minimize.");
        }
        JsonNode limits = properties.path("limits");
        int most = limit(limits, DEFAULT_TRIALS, "maxTotalTrials", "max_total_trials");
        JsonNode algorithm = properties.path("samplingAlgorithm");
        String sampling = algorithm.isTextual()
                ? algorithm.asText()
                : text(algorithm, "samplingAlgorithmType", "sampling_algorithm_type", "type");
        SearchSpace space = SearchSpace.of(properties.path("searchSpace"));
        long seed = algorithm.path("seed").isNumber() ? algorithm.path("seed").asLong() : job.hashCode();
        String note = "";
        List<ObjectNode> points = switch (sampling.toLowerCase(Locale.ROOT)) {
            case "grid" -> space.grid(most);
            case "random", "" -> space.random(most, seed);
            case "bayesian" -> {
                note = "Bayesian sampling is not emulated: the values are drawn at random.";
                yield space.random(most, seed);
            }
            default -> throw JobFailure.user("Sampling '" + sampling + "' is not one of Grid, Random, Bayesian.");
        };
        return new SweepPlan(
                points,
                limit(limits, DEFAULT_CONCURRENT, "maxConcurrentTrials", "max_concurrent_trials"),
                duration(text(limits, "timeout")),
                text(limits, "trialTimeout", "trial_timeout"),
                metric,
                EarlyTermination.of(
                        properties.hasNonNull("earlyTermination")
                                ? properties.get("earlyTermination")
                                : JsonNodeFactory.instance.objectNode(),
                        goal.equals("maximize")),
                note);
    }

    private static int limit(JsonNode limits, int most, String name, String otherName) throws JobFailure {
        JsonNode value = limits.hasNonNull(name) ? limits.get(name) : limits.path(otherName);
        if (!value.isNumber() && !value.isTextual()) {
            return most;
        }
        int limit = value.asInt();
        if (limit < 1 || limit > SearchSpace.MOST_TRIALS) {
            throw JobFailure.user("limits." + name + " is " + value.asText() + "; it must be 1 to 1000.");
        }
        return limit;
    }

    private static Optional<Duration> duration(String text) throws JobFailure {
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            text.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : Duration.parse(text));
        } catch (DateTimeParseException e) {
            throw JobFailure.user("limits.timeout '" + text + "' is no ISO 8601 duration such as PT1H.");
        }
    }

    private static String text(JsonNode node, String... names) {
        for (String name : names) {
            if (node.path(name).isTextual() || node.path(name).isNumber()) {
                return node.path(name).asText();
            }
        }
        return "";
    }
}
