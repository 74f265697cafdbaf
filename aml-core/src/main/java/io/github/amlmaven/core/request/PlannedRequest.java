package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A request that would be sent.
 *
 * @param method {@code PUT} for nearly all
 * @param path the ARM path, without host and api-version
 * @param body what is sent
 */
public record PlannedRequest(String method, String path, JsonNode body) {

    static PlannedRequest put(String path, JsonNode body) {
        return new PlannedRequest("PUT", path, body);
    }
}
