package io.github.amlmaven.core.endpoint;

import com.azure.core.credential.AccessToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.scoring.ScoringCredential;
import io.github.amlmaven.core.scoring.ScoringCredential.Kind;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What opens an online endpoint, by its auth_mode: its primary key, a token that the service makes for it, or the build's own
 * Entra ID token (https://learn.microsoft.com/azure/machine-learning/how-to-authenticate-online-endpoint). Tokens last about an
 * hour; each time it is asked, it answers one that is still good.
 */
public final class EndpointCredential implements Supplier<ScoringCredential> {

    /** So long before its end a token is no longer used: what is on its way with it must still arrive. */
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private final AzureClients clients;
    private final EndpointResource endpoint;
    private final URI address;
    private final String mode;
    private final Clock clock;
    private @Nullable Fetched current;

    private record Fetched(ScoringCredential credential, Instant renewAt, Instant end) {}

    EndpointCredential(AzureClients clients, EndpointResource endpoint, ObjectNode document, Clock clock) {
        this.clients = clients;
        this.endpoint = endpoint;
        this.address = URI.create(document.at("/properties/scoringUri").asText());
        this.mode = document.at("/properties/authMode").asText().toLowerCase(Locale.ROOT);
        this.clock = clock;
    }

    /**
     * That of an endpoint of the workspace.
     *
     * @throws AmlException {@link ErrorCode#ARM_NOT_FOUND} without such an endpoint
     */
    public static EndpointCredential of(AzureClients clients, String endpoint) {
        EndpointResource resource = EndpointResource.online(clients, endpoint);
        return new EndpointCredential(clients, resource, resource.required(), Clock.systemUTC());
    }

    /** Where the endpoint is scored, which this is for. */
    public URI address() {
        return address;
    }

    /** Fetches it from the service when there is none yet, or the last one is about to end. */
    @Override
    public synchronized ScoringCredential get() {
        Fetched fetched = current;
        if (fetched == null || !clock.instant().isBefore(fetched.renewAt())) {
            fetched = renewed(fetched);
            current = fetched;
        }
        return fetched.credential();
    }

    /** One that is still good is better than none: the next request asks again, and after its end it is told what is wrong. */
    private Fetched renewed(@Nullable Fetched before) {
        try {
            return fetch();
        } catch (RuntimeException failed) {
            if (before != null && clock.instant().isBefore(before.end())) {
                return before;
            }
            throw failed;
        }
    }

    private Fetched fetch() {
        return switch (mode) {
            case "key" ->
                new Fetched(
                        new ScoringCredential(
                                endpoint.post("listKeys").path("primaryKey").asText(), Optional.of(address)),
                        Instant.MAX,
                        Instant.MAX);
            case "amltoken" -> amlToken();
            default -> {
                AccessToken token = clients.token(clients.endpoints().machineLearningAudience());
                yield new Fetched(
                        ScoringCredential.token(Kind.ENTRA_TOKEN, token.getToken(), address),
                        token.getExpiresAt().toInstant().minus(AHEAD),
                        token.getExpiresAt().toInstant());
            }
        };
    }

    /** {@code EndpointAuthToken}: times are seconds since the epoch. */
    private Fetched amlToken() {
        ObjectNode token = endpoint.post("token");
        Instant end = token.hasNonNull("expiryTimeUtc")
                ? Instant.ofEpochSecond(token.path("expiryTimeUtc").asLong())
                : clock.instant().plus(AHEAD).plus(AHEAD);
        Instant ahead = end.minus(AHEAD);
        Instant refresh =
                Instant.ofEpochSecond(token.path("refreshAfterTimeUtc").asLong());
        return new Fetched(
                ScoringCredential.token(
                        Kind.AML_TOKEN, token.path("accessToken").asText(), address),
                token.hasNonNull("refreshAfterTimeUtc") && refresh.isBefore(ahead) ? refresh : ahead,
                end);
    }
}
