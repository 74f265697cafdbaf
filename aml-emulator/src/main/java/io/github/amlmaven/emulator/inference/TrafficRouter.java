package io.github.amlmaven.emulator.inference;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Spreads requests over deployments by the endpoint's percentages: not by chance but evenly (smooth weighted round robin),
 * so that of any hundred requests each deployment gets its share.
 */
final class TrafficRouter {

    private final Map<String, Map<String, Integer>> credits = new ConcurrentHashMap<>();

    /** The deployment whose turn it is; empty when none has traffic. */
    Optional<String> next(ResourceId endpoint, JsonNode traffic) {
        return turn(endpoint.key(), traffic);
    }

    /** The deployment that gets a copy of this request too, if it is its turn. */
    Optional<String> mirror(ResourceId endpoint, JsonNode mirrorTraffic) {
        for (Map.Entry<String, JsonNode> share : mirrorTraffic.properties()) {
            int percent = share.getValue().asInt();
            Map<String, Integer> left = credits.computeIfAbsent(endpoint.key() + "#mirror", key -> new HashMap<>());
            synchronized (left) {
                int credit = left.getOrDefault(share.getKey(), 0) + percent;
                boolean due = percent > 0 && credit >= 100;
                left.put(share.getKey(), due ? credit - 100 : credit);
                return due ? Optional.of(share.getKey()) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Optional<String> turn(String key, JsonNode shares) {
        Map<String, Integer> credit = credits.computeIfAbsent(key, any -> new HashMap<>());
        synchronized (credit) {
            credit.keySet().removeIf(name -> shares.path(name).asInt() <= 0);
            int total = 0;
            String best = "";
            for (Map.Entry<String, JsonNode> share : shares.properties()) {
                int percent = share.getValue().asInt();
                if (percent > 0) {
                    total += percent;
                    int now = credit.merge(share.getKey(), percent, Integer::sum);
                    best = best.isEmpty() || now > credit.getOrDefault(best, 0) ? share.getKey() : best;
                }
            }
            if (best.isEmpty()) {
                return Optional.empty();
            }
            credit.merge(best, -total, Integer::sum);
            return Optional.of(best);
        }
    }
}
