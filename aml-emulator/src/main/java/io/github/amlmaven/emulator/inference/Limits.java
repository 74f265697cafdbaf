package io.github.amlmaven.emulator.inference;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * How long and how many.
 *
 * @param timeout of one request, {@code requestSettings.requestTimeout}
 * @param most requests at a time: twice {@code maxConcurrentRequestsPerInstance} for each instance
 */
record Limits(Duration timeout, int most) {

    static Limits of(JsonNode deployment) {
        JsonNode settings = deployment.path("properties").path("requestSettings");
        int perInstance =
                Math.max(1, settings.path("maxConcurrentRequestsPerInstance").asInt(1));
        int instances = Math.max(1, deployment.path("sku").path("capacity").asInt(1));
        return new Limits(Duration.parse(settings.path("requestTimeout").asText("PT5S")), 2 * perInstance * instances);
    }
}
