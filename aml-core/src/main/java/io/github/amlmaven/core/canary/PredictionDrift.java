package io.github.amlmaven.core.canary;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.canary.Judge.Drift;
import io.github.amlmaven.core.canary.Judge.Drift.Measure;
import java.util.List;
import java.util.Map;

/** Compares answers value by value; a value that only one of them has differs. */
final class PredictionDrift {

    /** Below this a number is no measure for a relative difference. */
    private static final double TINY = 1e-9;

    private final Drift judge;
    private double sum;
    private long values;

    private PredictionDrift(Drift judge) {
        this.judge = judge;
    }

    /** The measure over all pairs; each pair weighs the same. */
    static double of(Drift judge, List<Samples.Pair> pairs) {
        return pairs.stream()
                .mapToDouble(
                        pair -> one(judge, pair.candidate().json(), pair.live().json()))
                .average()
                .orElse(0);
    }

    private static double one(Drift judge, java.util.Optional<JsonNode> candidate, java.util.Optional<JsonNode> live) {
        if (candidate.isEmpty() || live.isEmpty()) {
            return candidate.isEmpty() == live.isEmpty() ? 0 : 1;
        }
        PredictionDrift drift = new PredictionDrift(judge);
        drift.compare(candidate.get(), live.get());
        return drift.values == 0 ? 0 : drift.sum / drift.values;
    }

    private void compare(JsonNode candidate, JsonNode live) {
        if (candidate.isArray() && live.isArray()) {
            int most = Math.max(candidate.size(), live.size());
            for (int i = 0; i < most; i++) {
                compare(candidate.path(i), live.path(i));
            }
        } else if (candidate.isObject() && live.isObject()) {
            for (Map.Entry<String, JsonNode> field : candidate.properties()) {
                compare(field.getValue(), live.path(field.getKey()));
            }
            live.properties().stream()
                    .filter(field -> !candidate.has(field.getKey()))
                    .forEach(field -> compare(candidate.path(field.getKey()), field.getValue()));
        } else {
            values++;
            sum += difference(candidate, live);
        }
    }

    private double difference(JsonNode candidate, JsonNode live) {
        if (!candidate.isNumber() || !live.isNumber()) {
            return candidate.equals(live) ? 0 : 1;
        }
        double change = Math.abs(candidate.asDouble() - live.asDouble());
        double relative = change < TINY ? 0 : change / Math.max(Math.abs(live.asDouble()), TINY);
        if (relative <= judge.tolerance()) {
            return 0;
        }
        // One number that was nearly nothing before must not outweigh all others.
        return judge.measure() == Measure.CHANGE ? Math.min(1, relative) : 1;
    }
}
