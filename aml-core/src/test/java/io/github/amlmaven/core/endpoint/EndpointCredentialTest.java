package io.github.amlmaven.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.AccessToken;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.ScoringCredential;
import io.github.amlmaven.core.scoring.ScoringCredential.Kind;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class EndpointCredentialTest {

    private static final URI ADDRESS = URI.create("https://wine.westeurope.inference.ml.azure.com/score");
    private static final String ENDPOINT = "POST " + LoopbackService.WORKSPACE.armId() + "/onlineEndpoints/wine/";
    private static final Duration HOUR = Duration.ofHours(1);

    private final LoopbackService service = new LoopbackService();
    private final MovedClock clock = new MovedClock();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AzureClients clients = new AzureClients(
            service.endpoints(),
            request -> Mono.just(new AccessToken(
                    request.getScopes().get(0) + " " + made.incrementAndGet(),
                    clock.instant().plus(HOUR).atOffset(ZoneOffset.UTC))),
            LoopbackService.WORKSPACE,
            Progress.NONE);

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void aKeyIsFetchedOnce() {
        service.play(ENDPOINT + "listKeys", Answer.json(200, "{\"primaryKey\":\"k1\",\"secondaryKey\":\"k2\"}"));
        EndpointCredential credential = credential("Key");

        assertThat(credential.get()).isEqualTo(new ScoringCredential("k1", Optional.of(ADDRESS)));
        clock.now = clock.now.plus(Duration.ofDays(2));
        assertThat(credential.get().value()).isEqualTo("k1");
        assertThat(service.requests()).hasSize(1);
    }

    @Test
    void aTokenOfTheServiceIsRenewedWhenTheServiceSaysSo() {
        service.on(ENDPOINT + "token", request -> {
            long now = clock.now.getEpochSecond();
            return Answer.json(
                    200,
                    "{\"accessToken\":\"t" + answered.incrementAndGet() + "\",\"expiryTimeUtc\":" + (now + 3600)
                            + ",\"refreshAfterTimeUtc\":" + (now + 2700) + "}");
        });
        EndpointCredential credential = credential("AMLToken");

        assertThat(credential.get()).isEqualTo(ScoringCredential.token(Kind.AML_TOKEN, "t1", ADDRESS));
        clock.now = clock.now.plusSeconds(2699);
        assertThat(credential.get().value()).isEqualTo("t1");
        clock.now = clock.now.plusSeconds(1);
        assertThat(credential.get().value()).isEqualTo("t2");
        assertThat(credential.get().value()).isEqualTo("t2");
    }

    @Test
    void withoutThatItIsRenewedFiveMinutesBeforeItsEnd() {
        service.on(
                ENDPOINT + "token",
                request -> Answer.json(
                        200,
                        "{\"accessToken\":\"t" + answered.incrementAndGet() + "\",\"expiryTimeUtc\":"
                                + (clock.now.getEpochSecond() + 3600) + "}"));
        EndpointCredential credential = credential("AMLToken");
        credential.get();

        clock.now = clock.now.plus(Duration.ofMinutes(54));
        assertThat(credential.get().value()).isEqualTo("t1");
        clock.now = clock.now.plus(Duration.ofMinutes(1));
        assertThat(credential.get().value()).isEqualTo("t2");
    }

    @Test
    void aRenewalThatFailsIsNotMissedWhileTheOldTokenIsGood() {
        service.on(
                ENDPOINT + "token",
                request -> answered.incrementAndGet() == 1
                        ? Answer.json(
                                200,
                                "{\"accessToken\":\"t1\",\"expiryTimeUtc\":" + (clock.now.getEpochSecond() + 3600)
                                        + "}")
                        : Answer.json(403, "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no longer\"}}"));
        EndpointCredential credential = credential("AMLToken");
        credential.get();

        clock.now = clock.now.plus(Duration.ofMinutes(59));
        assertThat(credential.get().value()).isEqualTo("t1");
        clock.now = clock.now.plus(Duration.ofMinutes(1));
        assertThatThrownBy(credential::get).hasMessageContaining("no longer");
        assertThat(answered).hasValue(3);
    }

    @Test
    void theBuildsOwnTokenIsRenewedForAsLongAsItIsAskedFor() {
        EndpointCredential credential = credential("AADToken");

        for (int hour = 1; hour <= 4; hour++) {
            assertThat(credential.get())
                    .isEqualTo(ScoringCredential.token(
                            Kind.ENTRA_TOKEN, "https://ml.azure.com/.default " + hour, ADDRESS));
            clock.now = clock.now.plus(HOUR);
        }
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void theSecretIsInNoText() {
        assertThat(credential("AADToken").get()).asString().doesNotContain(".default");
    }

    private EndpointCredential credential(String mode) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.putObject("properties").put("authMode", mode).put("scoringUri", ADDRESS.toString());
        return new EndpointCredential(clients, EndpointResource.online(clients, "wine"), document, clock);
    }

    private static final class MovedClock extends Clock {

        private volatile Instant now = Instant.parse("2026-01-31T12:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
