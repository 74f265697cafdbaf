package io.github.amlmaven.emulator.inference;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.WeightedTurns;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Spreads requests over deployments by the endpoint's percentages. */
final class TrafficRouter {

    private final Map<String, WeightedTurns> turns = new ConcurrentHashMap<>();

    /** The deployment whose turn it is; empty when none has traffic. */
    Optional<String> next(ResourceId endpoint, JsonNode traffic) {
        Map<String, Integer> shares = new LinkedHashMap<>();
        traffic.properties()
                .forEach(share -> shares.put(share.getKey(), share.getValue().asInt()));
        return of(endpoint.key()).next(shares);
    }

    /** The deployment that gets a copy of this request too, if it is its turn. */
    Optional<String> mirror(ResourceId endpoint, JsonNode mirrorTraffic) {
        return mirrorTraffic.properties().stream()
                .findFirst()
                .filter(share -> of(endpoint.key() + "#mirror")
                        .due(share.getKey(), share.getValue().asInt()))
                .map(Map.Entry::getKey);
    }

    private WeightedTurns of(String key) {
        return turns.computeIfAbsent(key, any -> new WeightedTurns());
    }
}
