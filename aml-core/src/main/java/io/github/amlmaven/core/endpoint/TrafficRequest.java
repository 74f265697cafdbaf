package io.github.amlmaven.core.endpoint;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A change of an endpoint's traffic.
 *
 * @param live percent by deployment; empty keeps what is
 * @param mirror percent of copied requests; empty keeps what is, as far as it still fits
 * @param limit how long to wait
 */
public record TrafficRequest(
        String endpoint,
        Optional<Map<String, Integer>> live,
        Optional<Map<String, Integer>> mirror,
        Duration limit,
        boolean dryRun) {}
