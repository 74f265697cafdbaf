package io.github.amlmaven.emulator.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whose turn it is by weight: not by chance but evenly (smooth weighted round robin), so that of as many requests as the weights
 * add up to each gets its share. Thread-safe.
 */
public final class WeightedTurns {

    private final Map<String, Integer> credit = new HashMap<>();

    /** The name whose turn it is; empty when no weight is above zero. */
    public synchronized Optional<String> next(Map<String, Integer> weights) {
        credit.keySet().removeIf(name -> weights.getOrDefault(name, 0) <= 0);
        int total = 0;
        String best = "";
        for (Map.Entry<String, Integer> weight : weights.entrySet()) {
            if (weight.getValue() > 0) {
                total += weight.getValue();
                int now = credit.merge(weight.getKey(), weight.getValue(), Integer::sum);
                best = best.isEmpty() || now > credit.getOrDefault(best, 0) ? weight.getKey() : best;
            }
        }
        if (best.isEmpty()) {
            return Optional.empty();
        }
        credit.merge(best, -total, Integer::sum);
        return Optional.of(best);
    }

    /** Whether it is the turn of something that gets {@code percent} of all. */
    public synchronized boolean due(String name, int percent) {
        int now = credit.getOrDefault(name, 0) + percent;
        boolean due = percent > 0 && now >= 100;
        credit.put(name, due ? now - 100 : now);
        return due;
    }
}
