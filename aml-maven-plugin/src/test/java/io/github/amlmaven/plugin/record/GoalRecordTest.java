package io.github.amlmaven.plugin.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoalRecordTest {

    private static final Instant EARLIER = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = Instant.parse("2026-01-02T00:00:00Z");
    private static final AmlException ERROR =
            AmlException.of(ErrorCode.DEPLOYMENT_FAILED, "it failed").build();

    @TempDir
    private Path directory;

    @Test
    void aDryRunLeavesTheHandOverOfAnEarlierRun() {
        record("register", false).succeeded(GoalOutcome.done("done", Map.of("version", "1")));
        record("register", true).succeeded(GoalOutcome.dryRun("would", Map.of("version", "2")));

        assertThat(GoalRecord.outputsOf(directory, "register"))
                .hasValueSatisfying(
                        outputs -> assertThat(outputs.path("version").asText()).isEqualTo("1"));
        assertThat(directory.resolve("register.dry-run.json")).content().contains("\"dry-run\"");
    }

    @Test
    void aJobThatIsOnItsWayIsNoSuccessAndIsFoundAgain() {
        GoalRecord run = record("run", false);
        run.succeeded(GoalOutcome.done("done", Map.of("jobName", "old")));
        run.submitted(Map.of("jobName", "new"));

        assertThat(GoalRecord.outputsOf(directory, "run")).isEmpty();
        assertThat(GoalRecord.startedBy(directory, "run"))
                .hasValueSatisfying(
                        started -> assertThat(started.path("jobName").asText()).isEqualTo("new"));

        run.failed(ERROR);
        assertThat(GoalRecord.startedBy(directory, "run"))
                .hasValueSatisfying(
                        started -> assertThat(started.path("jobName").asText()).isEqualTo("new"));
    }

    @Test
    void aDryRunThatFailsLeavesTheHandOverOfAnEarlierRun() {
        record("register", false).succeeded(GoalOutcome.done("done", Map.of("version", "1")));
        record("register", true).failed(ERROR);

        assertThat(GoalRecord.outputsOf(directory, "register")).isPresent();
        assertThat(directory.resolve("register.dry-run.json")).content().contains("AML-7001");
    }

    @Test
    void aRunThatIsKilledLeavesThatItWasRunningAndNotTheRunBefore() {
        record("canary", false).succeeded(GoalOutcome.done("done", Map.of("verdict", "pass")));
        record("canary", false).begun(Map.of("endpoint", "wine"));

        assertThat(directory.resolve("canary.json")).content().contains("\"running\"", "\"wine\"", "\"lastGood\"");
        assertThat(GoalRecord.outputsOf(directory, "canary")).isEmpty();
    }

    @Test
    void aRunThatIsStoppedHasFailedUnlessItHasEnded() {
        AmlException stopped = AmlException.of(ErrorCode.OPERATION_INTERRUPTED, "it was stopped")
                .build();
        record("test", false).succeeded(GoalOutcome.done("done", Map.of("passed", "1")));
        GoalRecord run = record("test", false);
        run.interrupted(stopped);
        assertThat(directory.resolve("test.json")).content().contains("it was stopped");
        assertThat(GoalRecord.outputsOf(directory, "test")).isEmpty();

        run.failed(ERROR);
        run.interrupted(stopped);
        assertThat(directory.resolve("test.json")).content().contains("it failed");

        GoalRecord job = record("run", false);
        job.submitted(Map.of("jobName", "j1"));
        job.interrupted(stopped);
        assertThat(directory.resolve("run.json")).content().contains("\"submitted\"");
    }

    @Test
    void aRunThatIsStoppedTellsWhatWasMeasuredByThen() throws IOException {
        Map<String, Object> figures = new LinkedHashMap<>();
        GoalRecord canary = record("canary", false);
        canary.reports(() -> figures);
        figures.put("verdict", "inconclusive");

        canary.interrupted(AmlException.of(ErrorCode.OPERATION_INTERRUPTED, "it was stopped")
                .build());

        JsonNode record =
                new ObjectMapper().readTree(directory.resolve("canary.json").toFile());
        assertThat(record.at("/report/verdict").asText()).isEqualTo("inconclusive");
        assertThat(record.at("/error/message").asText()).isEqualTo("it was stopped");
    }

    @Test
    void aGoalThatChangesNothingAnywayKeepsItsRecordInADryRun() {
        record("whoami", true).succeeded(GoalOutcome.done("me", Map.of()));

        assertThat(directory.resolve("whoami.json")).exists();
        assertThat(directory.resolve("whoami.dry-run.json")).doesNotExist();
    }

    @Test
    void theNewestDeploymentIsTheOneStartedLastWhicheverFileWasTouchedLast() throws IOException {
        deployed("deploy-aks", LATER);
        deployed("deploy-aci", EARLIER);
        Files.setLastModifiedTime(directory.resolve("deploy-aks.json"), FileTime.from(EARLIER));

        assertThat(new DeploymentRecords(directory).newest(null))
                .map(DeploymentRecords.Deployed::goal)
                .contains("deploy-aks");
    }

    @Test
    void aDeploymentThatFailedDoesNotHideOneThatEndedWell() {
        deployed("deploy-aci", EARLIER);
        new GoalRecord(directory, "deploy-aks", false, at(LATER)).failed(ERROR);

        assertThat(new DeploymentRecords(directory).newest(null))
                .map(DeploymentRecords.Deployed::goal)
                .contains("deploy-aci");
    }

    @Test
    void aFailedRedeploymentHandsOverNoOutputsAndKeepsThoseThatUndeployNeeds() throws IOException {
        new GoalRecord(directory, "deploy-aci", false, at(EARLIER))
                .succeeded(GoalOutcome.done("done", Map.of("name", "iris", "resourceGroup", "rg", "scoringUri", "u")));
        for (int failures = 0; failures < 2; failures++) {
            GoalRecord again = new GoalRecord(directory, "deploy-aci", false, at(LATER));
            again.attempts(Map.of("name", "iris", "resourceGroup", "rg", "keysFile", "k"));
            again.failed(ERROR);
        }

        DeploymentRecords records = new DeploymentRecords(directory);
        assertThat(GoalRecord.outputsOf(directory, "deploy-aci")).isEmpty();
        assertThat(records.newest(null)).isEmpty();
        DeploymentRecords.Deployed left = records.newestLeftBehind(null).orElseThrow();
        assertThat(left.text("resourceGroup")).contains("rg");
        assertThat(left.text("scoringUri")).contains("u");
        assertThat(left.text("keysFile")).contains("k");
    }

    @Test
    void aRedeploymentThatFailedBeforeItBeganLeavesTheOneThatServes() {
        new GoalRecord(directory, "deploy-managed", false, at(EARLIER))
                .succeeded(GoalOutcome.done("done", Map.of("name", "iris", "scoringUri", "u")));
        for (int failures = 0; failures < 2; failures++) {
            new GoalRecord(directory, "deploy-managed", false, at(LATER)).failed(ERROR);
        }

        assertThat(new DeploymentRecords(directory).newest(null)).hasValueSatisfying(deployed -> {
            assertThat(deployed.text("scoringUri")).contains("u");
            assertThat(deployed.startedAt()).isEqualTo(EARLIER);
        });
        assertThat(GoalRecord.outputsOf(directory, "deploy-managed"))
                .as("not handed over as what this build has made")
                .isEmpty();
    }

    @Test
    void aFirstDeploymentThatFailsNamesWhatItMayHaveLeft() {
        GoalRecord first = new GoalRecord(directory, "deploy-aci", false, at(LATER));
        first.attempts(Map.of("name", "chosen", "resourceGroup", "rg"));
        first.failed(ERROR);

        assertThat(new DeploymentRecords(directory).newestLeftBehind("aci"))
                .hasValueSatisfying(left -> assertThat(left.text("name")).contains("chosen"));
    }

    @Test
    void aFailedDeploymentUnderAnotherNameTakesNothingFromTheOneBefore() {
        deployed("deploy-aci", EARLIER);
        GoalRecord other = new GoalRecord(directory, "deploy-aci", false, at(LATER));
        other.attempts(Map.of("name", "other"));
        other.failed(ERROR);

        assertThat(new DeploymentRecords(directory).newestLeftBehind("aci"))
                .hasValueSatisfying(left -> assertThat(left.outputs()).hasSize(1));
    }

    @Test
    void aDeploymentsNameIsMadeOfAnArtifactId() {
        assertThat(DeploymentRecords.defaultName("Iris.Model_v2-")).isEqualTo("iris-model-v2");
    }

    private void deployed(String goal, Instant when) {
        new GoalRecord(directory, goal, false, at(when)).succeeded(GoalOutcome.done("done", Map.of("name", "iris")));
    }

    private GoalRecord record(String goal, boolean dryRun) {
        return new GoalRecord(directory, goal, dryRun, at(EARLIER));
    }

    private static Clock at(Instant instant) {
        return Clock.fixed(instant, ZoneOffset.UTC);
    }
}
