package io.github.amlmaven.core.endpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Puts an online endpoint's keys into a file for its owner alone, after replacing one of them when asked to. The other one
 * stays valid all the time: callers move to it, then the first is replaced.
 */
public final class EndpointKeys {

    private final AzureClients clients;

    public EndpointKeys(AzureClients clients) {
        this.clients = clients;
    }

    /** Writes the keys; answers the file. */
    public Path list(String name, Optional<ScoringKeys.Which> rotate, ScoringKeyFile file, Duration limit) {
        EndpointResource endpoint = EndpointResource.online(clients, name);
        ObjectNode document = endpoint.required();
        if (!takesKeys(document)) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "Endpoint " + name + " takes no keys; its auth_mode is "
                                    + document.at("/properties/authMode").asText())
                    .remedy(
                            "It takes tokens: 'mvn aml:score' gets one by itself, other callers by 'az ml online-endpoint"
                                    + " get-credentials'.")
                    .build();
        }
        rotate.ifPresent(key -> endpoint.postAndWait(
                "regenerateKeys",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("keyType", key == ScoringKeys.Which.PRIMARY ? "Primary" : "Secondary"),
                clients.waitUpTo(limit)));
        return save(endpoint, document, file).orElseThrow();
    }

    /** Writes the keys of an endpoint that takes some. */
    static Optional<Path> save(EndpointResource endpoint, ObjectNode document, ScoringKeyFile file) {
        if (!takesKeys(document)) {
            return Optional.empty();
        }
        ObjectNode keys = endpoint.post("listKeys");
        file.write(new ScoringKeyFile.Content(
                new ScoringKeys(
                        keys.path("primaryKey").asText(),
                        keys.path("secondaryKey").asText()),
                Optional.of(URI.create(document.at("/properties/scoringUri").asText()))));
        return Optional.of(file.path());
    }

    private static boolean takesKeys(ObjectNode document) {
        return document.at("/properties/authMode").asText().equalsIgnoreCase("key");
    }
}
