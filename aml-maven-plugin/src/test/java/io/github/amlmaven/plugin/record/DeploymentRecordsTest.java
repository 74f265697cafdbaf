package io.github.amlmaven.plugin.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deployments of one kind under several names stay known, each under its own. */
class DeploymentRecordsTest {

    @TempDir
    private Path folder;

    private GoalRecord record(int second) {
        return new GoalRecord(
                folder,
                DeploymentRecords.ACI,
                false,
                Clock.fixed(Instant.ofEpochSecond(1_000_000 + second), ZoneOffset.UTC));
    }

    private void deployed(int second, String name) {
        record(second).succeeded(GoalOutcome.done(name, Map.of("name", name, "scoringUri", "http://" + name)));
    }

    @Test
    void aSecondNameDoesNotReplaceTheFirst() {
        deployed(1, "wine");
        deployed(2, "beer");

        DeploymentRecords records = new DeploymentRecords(folder);
        assertThat(records.newest("aci"))
                .get()
                .extracting(d -> d.required("name"))
                .isEqualTo("beer");
        assertThat(records.newest("aci", "wine"))
                .get()
                .extracting(d -> d.required("scoringUri"))
                .isEqualTo("http://wine");
    }

    @Test
    void whatIsForgottenLeavesTheOtherOne() {
        deployed(1, "wine");
        deployed(2, "beer");
        DeploymentRecords records = new DeploymentRecords(folder);

        records.forget(records.newestLeftBehind("aci").orElseThrow());

        assertThat(records.newestLeftBehind("aci"))
                .get()
                .extracting(d -> d.required("name"))
                .isEqualTo("wine");
        records.forget(records.newestLeftBehind("aci").orElseThrow());
        assertThat(records.newestLeftBehind("aci")).isEmpty();
    }

    @Test
    void aFailureUnderAnotherNameClaimsNothingOfTheFirst() {
        deployed(1, "wine");
        GoalRecord failing = record(2);
        failing.attempts(Map.of("name", "beer"));
        failing.failed(AmlException.of(ErrorCode.DEPLOYMENT_FAILED, "no").build());

        DeploymentRecords records = new DeploymentRecords(folder);
        assertThat(records.newest("aci"))
                .get()
                .extracting(d -> d.required("name"))
                .isEqualTo("wine");
        assertThat(records.newestLeftBehind("aci", "beer"))
                .get()
                .extracting(d -> d.text("scoringUri"))
                .isEqualTo(java.util.Optional.empty());
    }

    @Test
    void theSameNameAgainIsOneDeployment() {
        deployed(1, "wine");
        deployed(2, "beer");
        deployed(3, "wine");

        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("deploy-aci.json", "deploy-aci@beer.json");
    }

    @Test
    void aDeploymentThatIsGoneLeavesTheOthersOfItsEndpoint() {
        new GoalRecord(folder, DeploymentRecords.MANAGED, false, Clock.systemUTC())
                .succeeded(GoalOutcome.done(
                        "",
                        Map.of(
                                "name",
                                "wine",
                                "deployments",
                                List.of("blue", "green"),
                                "allDeployments",
                                List.of("blue", "green", "old"))));
        DeploymentRecords records = new DeploymentRecords(folder);

        records.forget(records.newest("managed").orElseThrow(), "blue");

        assertThat(records.newest("managed"))
                .get()
                .extracting(d ->
                        d.outputs().path("deployments").toString() + d.outputs().path("allDeployments"))
                .isEqualTo("[\"green\"][\"green\",\"old\"]");
    }

    @Test
    void aSlotThatIsGoneLeavesTheAppAndTheKeysOfAllItsSlots() throws Exception {
        Path keys = Files.writeString(folder.resolve("wine.keys.json"), "{}");
        new GoalRecord(folder, DeploymentRecords.WEBAPP, false, Clock.systemUTC())
                .succeeded(GoalOutcome.done(
                        "",
                        Map.of(
                                "name",
                                "wine",
                                "slot",
                                "staging",
                                "scoringUri",
                                "https://wine-staging/score",
                                "keysFile",
                                keys.toString())));
        DeploymentRecords records = new DeploymentRecords(folder);

        records.forget(records.newest("webapp").orElseThrow(), "staging");

        assertThat(records.newestLeftBehind("webapp"))
                .get()
                .extracting(DeploymentRecords.Deployed::outputs)
                .satisfies(outputs -> {
                    assertThat(outputs.path("name").asText()).isEqualTo("wine");
                    assertThat(outputs.has("slot")).isFalse();
                    assertThat(outputs.has("scoringUri")).isFalse();
                });
        assertThat(keys).exists();
    }

    @Test
    void anUndeploymentUnderAnotherNameDoesNotHideTheFirst() {
        for (String name : List.of("wine", "beer")) {
            new GoalRecord(folder, "undeploy", false, Clock.systemUTC())
                    .succeeded(GoalOutcome.done("", Map.of("name", name)));
        }

        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("undeploy.json", "undeploy@wine.json");
    }

    @Test
    void thePublishedPipelineIsForgottenWithItsEndpointOnly() {
        new GoalRecord(folder, "publish-pipeline", false, Clock.systemUTC())
                .succeeded(GoalOutcome.done("", Map.of("endpoint", "train")));

        PublishedEndpoint.forget(folder, "other");
        assertThat(PublishedEndpoint.of(folder, "publish-pipeline")).contains("train");
        PublishedEndpoint.forget(folder, "train");
        assertThat(PublishedEndpoint.of(folder, "publish-pipeline")).isEmpty();
    }

    @Test
    void trafficIsThatOfWhatWasDeployedLast() {
        DeploymentRecords records = new DeploymentRecords(folder);
        assertThat(records.movesTrafficInCluster()).isFalse();

        recorded("deploy-managed", 1, Map.of("name", "wine"));
        assertThat(records.movesTrafficInCluster()).isFalse();
        recorded("deploy-aks", 2, Map.of("name", "wine", "version", "green"));
        assertThat(records.movesTrafficInCluster()).isTrue();
        recorded("deploy-managed", 3, Map.of("name", "wine"));
        assertThat(records.movesTrafficInCluster()).isFalse();
    }

    @Test
    void onePodSetWithoutVersionsHasNoTrafficToMove() {
        recorded("deploy-aks", 1, Map.of("name", "wine"));

        assertThat(new DeploymentRecords(folder).movesTrafficInCluster()).isFalse();
    }

    private void recorded(String goal, int second, Map<String, Object> outputs) {
        new GoalRecord(folder, goal, false, Clock.fixed(Instant.ofEpochSecond(1_000_000 + second), ZoneOffset.UTC))
                .succeeded(GoalOutcome.done(goal, outputs));
    }
}
