package io.github.amlmaven.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublishedVersionsTest {

    private static final String ENDPOINT = LoopbackService.WORKSPACE.armId() + "/batchEndpoints/nightly";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final LoopbackService service = new LoopbackService();
    private final AzureClients clients = service.clients(Progress.NONE);
    private final PublishedVersions versions = new PublishedVersions(clients, Progress.NONE);

    @BeforeEach
    void fourVersionsOfWhichTheOldestIsTheDefault() {
        String endpoint = "{\"location\":\"westeurope\",\"tags\":{},\"properties\":{\"authMode\":\"aadToken\","
                + "\"provisioningState\":\"Succeeded\",\"defaults\":{\"deploymentName\":\"v1a\"}}}";
        service.play("GET " + ENDPOINT, Answer.json(200, endpoint))
                .play("PUT " + ENDPOINT, Answer.json(200, endpoint))
                .play("GET " + ENDPOINT + "/deployments", Answer.json(200, """
                        {"value":[{"id":"3","name":"v3a","systemData":{"createdAt":"2026-01-03T00:00:00Z"}},
                        {"id":"1","name":"v1a","systemData":{"createdAt":"2026-01-01T00:00:00Z"}},
                        {"id":"4","name":"v4a","systemData":{"createdAt":"2026-01-04T00:00:00Z"}},
                        {"id":"2","name":"v2a","systemData":{"createdAt":"2026-01-02T00:00:00Z"}}]}
                        """))
                .otherwise(request -> Answer.json(request.method().equals("DELETE") ? 200 : 404, "{}"));
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void theOldestGoButNeitherTheDefaultNorTheOneJustPublished() {
        assertThat(versions.prune("nightly", "v4a", 2, LIMIT)).isEqualTo(2);
        assertThat(sent("DELETE")).containsExactly(ENDPOINT + "/deployments/v2a", ENDPOINT + "/deployments/v3a");
    }

    @Test
    void atMostOneIsAskedForAndTheDefaultStaysBesideIt() {
        assertThat(versions.prune("nightly", "v4a", 1, LIMIT)).isEqualTo(2);
        assertThat(sent("DELETE")).doesNotContain(ENDPOINT + "/deployments/v1a", ENDPOINT + "/deployments/v4a");
    }

    @Test
    void fewVersionsAllStay() {
        assertThat(versions.prune("nightly", "v4a", 4, LIMIT)).isZero();
        assertThat(sent("DELETE")).isEmpty();
    }

    @Test
    void anotherVersionBecomesTheDefaultAndTheSameOneChangesNothing() {
        assertThat(versions.makeDefault("nightly", "1a", LIMIT, false)).isFalse();
        assertThat(sent("PUT")).isEmpty();
        assertThat(versions.makeDefault("nightly", "3a", LIMIT, true)).isTrue();
        assertThat(sent("PUT")).isEmpty();
        assertThat(versions.makeDefault("nightly", "3a", LIMIT, false)).isTrue();
        assertThat(sent("PUT")).containsExactly(ENDPOINT);
    }

    @Test
    void aVersionThatIsNotPublishedIsNoDefault() {
        AmlException error =
                catchThrowableOfType(AmlException.class, () -> versions.makeDefault("nightly", "9a", LIMIT, false));

        assertThat(error).hasMessageContaining("has no deployment 'v9a'").hasMessageContaining("v2a");
    }

    private List<String> sent(String method) {
        return service.requests().stream()
                .filter(request -> request.method().equals(method))
                .map(ReceivedRequest::path)
                .toList();
    }
}
