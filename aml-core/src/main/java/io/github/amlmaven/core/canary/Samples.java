package io.github.amlmaven.core.canary;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Answers to the canary's own requests in one step, always in pairs: the candidate's and the live version's. Thread-safe: a build
 * that is being stopped looks at them beside the thread that sends.
 */
final class Samples {

    /**
     * One answer.
     *
     * @param status 0 when there was none
     * @param json empty when it is no JSON
     */
    record Sample(int status, Duration time, Optional<JsonNode> json) {
        boolean good() {
            return status >= 200 && status < 300;
        }
    }

    /** Two answers to the same input. */
    record Pair(Sample candidate, Sample live) {}

    private final List<Pair> pairs = new ArrayList<>();

    synchronized void add(Sample candidate, Sample live) {
        pairs.add(new Pair(candidate, live));
    }

    synchronized int size() {
        return pairs.size();
    }

    /** Both answered well. */
    synchronized List<Pair> comparable() {
        return pairs.stream()
                .filter(pair -> pair.candidate().good() && pair.live().good())
                .toList();
    }

    synchronized List<Sample> candidate() {
        return pairs.stream().map(Pair::candidate).toList();
    }

    synchronized List<Sample> live() {
        return pairs.stream().map(Pair::live).toList();
    }

    static double errorRate(List<Sample> samples) {
        return samples.isEmpty()
                ? 0
                : (double) samples.stream().filter(sample -> !sample.good()).count() / samples.size();
    }

    /** How often each status was no good answer, the most frequent first; {@code 0} is no answer at all. */
    static Map<Integer, Integer> failures(List<Sample> samples) {
        Map<Integer, Integer> counts = new TreeMap<>();
        samples.stream()
                .filter(sample -> !sample.good())
                .forEach(sample -> counts.merge(sample.status(), 1, Integer::sum));
        Map<Integer, Integer> ordered = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                .forEach(count -> ordered.put(count.getKey(), count.getValue()));
        return ordered;
    }

    /** Nearest rank, in milliseconds; empty without a good answer. */
    static OptionalDouble quantile(List<Sample> samples, double quantile) {
        double[] times = samples.stream()
                .filter(Sample::good)
                .mapToDouble(sample -> sample.time().toNanos() / 1e6)
                .sorted()
                .toArray();
        return times.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(times[Math.max(0, (int) Math.ceil(quantile * times.length) - 1)]);
    }

    static int good(List<Sample> samples) {
        return (int) samples.stream().filter(Sample::good).count();
    }
}
