package io.github.amlmaven.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ProgressLog;
import io.github.amlmaven.core.traffic.TrafficChange;
import io.github.amlmaven.core.traffic.TrafficRequest;
import io.github.amlmaven.core.traffic.TrafficResult;
import io.github.amlmaven.core.traffic.TrafficRollback;
import io.github.amlmaven.core.traffic.TrafficSplit;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficTest {

    private static final String ENDPOINT = "/onlineEndpoints/wine";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final LoopbackService service = new LoopbackService();
    private final PlayedEndpoints workspace = new PlayedEndpoints(service);
    private final ProgressLog progress = new ProgressLog();
    private final AzureClients clients = service.clients(progress);

    @BeforeEach
    void twoDeployments() {
        put(ENDPOINT, "{'tags':{'content.sha256':'x'},'properties':{'authMode':'Key','traffic':{'blue':100}}}");
        put(ENDPOINT + "/deployments/blue", "{'tags':{'content.sha256':'x'},'properties':{}}");
        put(ENDPOINT + "/deployments/green", "{'tags':{'content.sha256':'x'},'properties':{}}");
        service.forget();
    }

    private void put(String path, String json) {
        try {
            clients.arm().put(PlayedEndpoints.WS + path, ApiVersions.MACHINE_LEARNING, (ObjectNode)
                    new ObjectMapper().readTree(json.replace('\'', '"')));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "blue=90,green=5 | adds up to 95",
                "bleu=100 | Did you mean 'blue'?",
                "blue=ninety | is not <deployment>=<percent>",
                "blue=50,blue=50 | twice",
            })
    void whatCannotBeIsRefusedBeforeAnythingIsSent(String split, String message) {
        assertThatThrownBy(() -> change(split, "")).hasMessageContaining(message);
        assertThat(workspace.changes()).isEmpty();
    }

    @Test
    void aMirrorIsForOneDeploymentWithoutLiveTraffic() {
        assertThatThrownBy(() -> change("", "blue=10")).hasMessageContaining("live and mirrored");
        assertThatThrownBy(() -> change("", "green=60")).hasMessageContaining("at most 50");
        assertThat(change("", "green=10").after()).hasToString("blue=100 mirror green=10");
        assertThat(change("blue=90,green=10", "").after()).hasToString("blue=90,green=10");
    }

    @Test
    void onKubernetesNothingIsMirrored() {
        put(
                ENDPOINT,
                "{'tags':{},'properties':{'authMode':'Key','compute':'/subscriptions/s/computes/k','traffic':{'blue':100}}}");
        service.forget();

        assertThatThrownBy(() -> change("", "green=10")).hasMessageContaining("is on Kubernetes");
        assertThat(workspace.changes()).isEmpty();
    }

    @Test
    void noTrafficAtAllIsAllowed() {
        assertThat(change("blue=0", "").after()).hasToString("none");
        assertThat(workspace.resource(ENDPOINT).at("/properties/traffic")).isEmpty();
    }

    @Test
    void theSameSplitIsNotSentAgain() {
        assertThat(change("blue=100,green=0", "").changed()).isFalse();
        assertThat(workspace.changes()).isEmpty();
    }

    @Test
    void theJournalIsOnTheEndpointAndEachRollbackGoesOneChangeFurtherBack() {
        change("blue=90,green=10", "");
        change("green=100", "");
        assertThat(workspace.resource(ENDPOINT).at("/tags/aml.traffic.before.2").asText())
                .isEqualTo("2026-01-31T12:00:00Z blue=90,green=10");

        assertThat(rollBack("").after()).hasToString("blue=90,green=10");
        assertThat(rollBack("").after()).hasToString("blue=100");
        assertThatThrownBy(() -> rollBack("")).hasMessageContaining("nothing to go back to");
    }

    @Test
    void aRollbackToADeploymentRestoresTheTrafficWhenItLedLast() {
        change("blue=90,green=10", "");
        change("green=100", "");
        change("green=90,blue=10", "");

        assertThat(rollBack("blue").after()).hasToString("blue=90,green=10");
        assertThatThrownBy(() -> rollBack("green")).hasMessageContaining("in which 'green' leads");
    }

    @Test
    void aRollbackToWhatTheJournalDoesNotKnowListsTheJournalAndTheNearest() {
        change("blue=90,green=10", "");
        change("green=100", "");
        service.forget();

        assertThatThrownBy(() -> rollBack("bleu"))
                .hasMessage("The journal of wine has no entry in which 'bleu' leads. Did you mean 'blue'?")
                .isInstanceOfSatisfying(
                        AmlException.class,
                        e -> assertThat(e.remedy())
                                .isEqualTo("Name a deployment or a number with -Daml.rollback.to; there are:"
                                        + "\n    2: blue=90,green=10 until 2026-01-31T12:00:00Z"
                                        + "\n    1: blue=100 until 2026-01-31T12:00:00Z"));
        assertThatThrownBy(() -> rollBack("7"))
                .hasMessageContaining("no entry by the number 7")
                .isInstanceOfSatisfying(
                        AmlException.class, e -> assertThat(e.remedy()).contains("\n    1: blue=100"));
        // A version that never led has no traffic to be put back.
        assertThatThrownBy(() -> rollBack("green"))
                .isInstanceOfSatisfying(
                        AmlException.class,
                        e -> assertThat(e.remedy())
                                .startsWith("Set the traffic instead: mvn aml:traffic -Daml.traffic=green=100.")
                                .contains("\n    1: blue=100"));
        assertThat(workspace.changes()).isEmpty();
    }

    @Test
    void aRotatedKeyIsInTheFileAndTheOtherOneStays() {
        ScoringKeyFile file = new ScoringKeyFile(directory.resolve("keys.json"));

        new EndpointKeys(clients).list("wine", Optional.of(ScoringKeys.Which.PRIMARY), file, LIMIT);

        assertThat(file.read().orElseThrow().keys().primary()).isEqualTo("primary-1");
        assertThat(file.read().orElseThrow().keys().secondary()).isEqualTo("secondary-0");
    }

    @Test
    void logsAreThoseOfTheDeploymentThatLeads() {
        DeploymentLogs.Log log = new DeploymentLogs(clients)
                .read("wine", Optional.empty(), DeploymentLogs.Container.INFERENCE_SERVER, 5);

        assertThat(log.deployment()).isEqualTo("blue");
        assertThat(log.lines()).containsExactly("line one", "NameError: no such model");
    }

    @Test
    void onlyADeploymentWithoutTrafficIsRemovedAlone() {
        assertThatThrownBy(() -> remove("blue")).hasMessageContaining("still gets requests");
        remove("green");
        assertThat(workspace.changes()).containsExactly("DELETE " + ENDPOINT + "/deployments/green");
    }

    @Test
    void anEndpointWithAForeignDeploymentIsNotRemoved() {
        put(ENDPOINT + "/deployments/red", "{'tags':{},'properties':{}}");

        assertThatThrownBy(() -> remove("")).hasMessageContaining("red was not deployed by this plugin");
        remove("red");
        remove("");

        assertThat(workspace.changes()).endsWith("DELETE " + ENDPOINT);
    }

    private void remove(String deployment) {
        new EndpointRemoval(clients)
                .remove(new EndpointRemoval.Request(
                        EndpointRemoval.Kind.ONLINE,
                        "wine",
                        Optional.of(deployment).filter(name -> !name.isEmpty()),
                        LIMIT,
                        false));
    }

    private TrafficResult change(String live, String mirror) {
        return new TrafficChange(wine(), progress, Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC))
                .change(new TrafficRequest(shares(live), shares(mirror), false));
    }

    private EndpointTraffic wine() {
        return new EndpointTraffic(clients, "wine", LIMIT, progress);
    }

    private static Optional<Map<String, Integer>> shares(String text) {
        return Optional.of(text)
                .filter(given -> !given.isEmpty())
                .map(given -> TrafficSplit.parse("aml.traffic", given));
    }

    private TrafficResult rollBack(String to) {
        return new TrafficRollback(wine(), progress)
                .rollBack(new TrafficRollback.Request(Optional.of(to).filter(name -> !name.isEmpty()), false));
    }
}
