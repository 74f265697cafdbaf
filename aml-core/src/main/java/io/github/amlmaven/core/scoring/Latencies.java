package io.github.amlmaven.core.scoring;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long the answers to several requests took, network included. */
public record Latencies(List<Duration> sorted) {

    public Latencies {
        sorted = sorted.stream().sorted().toList();
        if (sorted.isEmpty()) {
            throw new IllegalArgumentException("no answer was timed");
        }
    }

    public static Latencies of(List<ScoringAnswer> answers) {
        return new Latencies(answers.stream().map(ScoringAnswer::time).toList());
    }

    /** The time that this share of the answers, of 0 to 1, needed at most: the nearest rank, so always one that was seen. */
    public Duration quantile(double share) {
        int rank = (int) Math.ceil(share * sorted.size());
        return sorted.get(Math.min(Math.max(rank, 1), sorted.size()) - 1);
    }

    /** In milliseconds, by name. */
    public Map<String, Long> milliseconds() {
        Map<String, Long> table = new LinkedHashMap<>();
        table.put("min", quantile(0).toMillis());
        table.put("p50", quantile(0.5).toMillis());
        table.put("p95", quantile(0.95).toMillis());
        table.put("max", quantile(1).toMillis());
        return table;
    }

    /** As part of a sentence. */
    @Override
    public String toString() {
        return "p50 " + quantile(0.5).toMillis() + " ms, p95 " + quantile(0.95).toMillis() + " ms, max "
                + quantile(1).toMillis() + " ms";
    }
}
