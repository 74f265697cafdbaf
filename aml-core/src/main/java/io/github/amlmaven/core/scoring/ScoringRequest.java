package io.github.amlmaven.core.scoring;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Calls to a deployed model.
 *
 * @param uri the scoring address
 * @param credential what opens it; empty for a model without authentication
 * @param payloads what is sent, one call each
 * @param expectStatus the status that counts as success
 * @param timeout for one call
 * @param plainHttpAllowed whether a secret may go over plain http to any host
 * @param deployment the deployment of an online endpoint that must answer; empty leaves it to the endpoint's traffic
 */
public record ScoringRequest(
        URI uri,
        Optional<ScoringCredential> credential,
        List<Payload> payloads,
        int expectStatus,
        Duration timeout,
        boolean plainHttpAllowed,
        Optional<String> deployment) {

    public ScoringRequest {
        payloads = List.copyOf(payloads);
    }

    /** The same with other bodies. */
    public ScoringRequest sending(List<Payload> others) {
        return new ScoringRequest(uri, credential, others, expectStatus, timeout, plainHttpAllowed, deployment);
    }

    /**
     * One call's body.
     *
     * @param name how it is called in messages: a file's name
     * @param json the body
     * @param expected the answer it must get, compared as JSON
     */
    public record Payload(String name, String json, Optional<JsonNode> expected) {}
}
