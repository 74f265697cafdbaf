package io.github.amlmaven.core.traffic;

import java.util.Map;
import java.util.Optional;

/**
 * A change of the traffic.
 *
 * @param live percent by version; empty keeps what is
 * @param mirror percent of copied requests; empty keeps what is, as far as it still fits
 */
public record TrafficRequest(
        Optional<Map<String, Integer>> live, Optional<Map<String, Integer>> mirror, boolean dryRun) {}
