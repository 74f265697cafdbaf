package io.github.amlmaven.core.canary;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.scoring.ModelCall;
import io.github.amlmaven.core.scoring.ScoringAnswer;
import io.github.amlmaven.core.scoring.ScoringRequest;
import io.github.amlmaven.core.traffic.TrafficTarget.Access;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Sends the canary's own requests: each input to both versions, in turn the one and the other first. */
final class Probe {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ModelCall call;
    private final CanaryPlan plan;
    private final Access candidate;
    private final Access live;
    private int sent;

    Probe(ModelCall call, CanaryPlan plan, Access candidate, Access live) {
        this.call = call;
        this.plan = plan;
        this.candidate = candidate;
        this.live = live;
        call.check(request(candidate));
        call.check(request(live));
    }

    private ScoringRequest request(Access access) {
        return new ScoringRequest(
                access.uri(), access.credential().get(), List.of(), 200, plan.timeout(), false, access.header());
    }

    void pair(Samples samples) {
        ScoringRequest.Payload payload =
                plan.payloads().get(sent % plan.payloads().size());
        boolean candidateFirst = sent % 2 == 0;
        sent++;
        Samples.Sample first = sample(candidateFirst ? candidate : live, payload);
        Samples.Sample second = sample(candidateFirst ? live : candidate, payload);
        samples.add(candidateFirst ? first : second, candidateFirst ? second : first);
    }

    private Samples.Sample sample(Access access, ScoringRequest.Payload payload) {
        try {
            ScoringAnswer answer = call.send(request(access), payload);
            return new Samples.Sample(answer.status(), answer.time(), json(answer.body()));
        } catch (AmlException e) {
            if (e.code() != ErrorCode.SCORING_UNREACHABLE
                    || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return new Samples.Sample(0, Duration.ZERO, Optional.empty());
        }
    }

    private static Optional<com.fasterxml.jackson.databind.JsonNode> json(String body) {
        try {
            return Optional.of(JSON.readTree(body));
        } catch (JsonProcessingException e) {
            // Two answers that are no JSON are compared as text.
            return Optional.of(JSON.getNodeFactory().textNode(body));
        }
    }
}
