package io.github.amlmaven.core.canary;

import io.github.amlmaven.core.scoring.ScoringRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a version goes live.
 *
 * @param candidate the version that is to take over, unless the request says it
 * @param payloads inputs for requests of the canary's own, sent to both versions in turn; empty sends none
 * @param interval between two such pairs
 * @param timeout of one request
 * @param minimumSamples with fewer requests to a version in one step nothing is concluded from them
 */
public record CanaryPlan(
        Optional<String> candidate,
        List<CanaryStep> steps,
        List<ScoringRequest.Payload> payloads,
        Duration interval,
        Duration timeout,
        int minimumSamples,
        List<Judge> judges) {

    public CanaryPlan {
        steps = List.copyOf(steps);
        payloads = List.copyOf(payloads);
        judges = List.copyOf(judges);
    }
}
