package io.github.amlmaven.core.endpoint;

import com.azure.core.credential.TokenRequestContext;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.scoring.ScoringCredential;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * What opens an online endpoint, by its auth_mode: its primary key, a token that the service makes for it, or the build's own
 * Entra ID token (https://learn.microsoft.com/azure/machine-learning/how-to-authenticate-online-endpoint).
 */
public final class EndpointCredential {

    private EndpointCredential() {}

    /**
     * Fetches it from the service.
     *
     * @throws AmlException {@link ErrorCode#ARM_NOT_FOUND} without such an endpoint
     */
    public static ScoringCredential of(AzureClients clients, String endpoint) {
        EndpointResource resource = EndpointResource.online(clients, endpoint);
        return of(clients, resource, resource.required());
    }

    static ScoringCredential of(AzureClients clients, EndpointResource endpoint, ObjectNode document) {
        URI uri = URI.create(document.at("/properties/scoringUri").asText());
        String mode = document.at("/properties/authMode").asText().toLowerCase(Locale.ROOT);
        String secret = switch (mode) {
            case "key" -> endpoint.post("listKeys").path("primaryKey").asText();
            case "amltoken" -> endpoint.post("token").path("accessToken").asText();
            default ->
                clients.credential()
                        .getTokenSync(new TokenRequestContext()
                                .addScopes(clients.endpoints().machineLearningAudience() + "/.default"))
                        .getToken();
        };
        return new ScoringCredential(secret, Optional.of(uri));
    }
}
