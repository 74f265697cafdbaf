package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.pipeline.BatchScoring;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.GoalRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** When a batch endpoint is meant, and what it is asked for. */
@MojoTest
class ScoreMojoTest extends GoalTest {

    @Test
    @InjectMojo(goal = "score", pom = HEAD + """
            <data>azureml:wine:3</data><deployment>rows</deployment><expect>a 1</expect><jobTimeout>5m</jobTimeout>
            <dryRun>true</dryRun>
            """ + TAIL)
    void whatStandsInThePomIsAskedOfABatchEndpoint(ScoreMojo goal) {
        BatchScoring.Request request = goal.batchRequest("factors");

        assertThat(request.endpoint()).isEqualTo("factors");
        assertThat(request.input()).isEqualTo("azureml:wine:3");
        assertThat(request.deployment()).contains("rows");
        assertThat(request.expected()).contains(List.of("a 1"));
        assertThat(request.limit()).isEqualTo(Duration.ofMinutes(5));
        assertThat(request.target()).isEqualTo(goal.outputDirectory().resolve("predictions"));
        assertThat(request.dryRun()).isTrue();
    }

    @Test
    @InjectMojo(goal = "score", pom = HEAD + TAIL)
    void aBatchEndpointScoresNothingOfItsOwnAccord(ScoreMojo goal) {
        assertThatThrownBy(() -> goal.batchRequest("factors"))
                .hasMessage("There is nothing for batch endpoint 'factors' to score")
                .isInstanceOfSatisfying(
                        AmlException.class,
                        e -> assertThat(e.remedy()).contains("-Daml.score.file", "azureml:<name>:<version>"));
    }

    @Test
    @InjectMojo(
            goal = "score",
            pom = HEAD + "<file>data</file><outputDirectory>target/score-of-the-last</outputDirectory>" + TAIL)
    void theBatchEndpointThatWasDeployedLastIsMeant(ScoreMojo goal) {
        deployed(goal.outputDirectory(), "deploy-managed", 1, "wine");
        deployed(goal.outputDirectory(), "deploy-batch", 2, "factors");
        assertThat(goal.batchEndpoint(Progress.NONE)).contains("factors");
        deployed(goal.outputDirectory(), "deploy-managed", 3, "wine");
        assertThat(goal.batchEndpoint(Progress.NONE)).isEmpty();
    }

    @Test
    @InjectMojo(goal = "score", pom = HEAD + """
            <data>{"rows": [1]}</data><outputDirectory>target/score-of-json</outputDirectory>
            """ + TAIL)
    void jsonIsForAModelThatIsCalled(ScoreMojo goal) {
        deployed(goal.outputDirectory(), "deploy-batch", 1, "factors");

        assertThat(goal.batchEndpoint(Progress.NONE)).isEmpty();
    }

    @Test
    @InjectMojo(goal = "score", pom = HEAD + """
            <file>data</file><outputDirectory>target/score-of-a-file</outputDirectory>
            <endpointFile>target/score-of-a-file/endpoint.yml</endpointFile>
            """ + TAIL)
    void aBatchEndpointsFileSaysWhatIsMeantInAnotherCheckout(ScoreMojo goal) throws Exception {
        Files.createDirectories(goal.outputDirectory());
        Files.writeString(
                goal.outputDirectory().resolve("endpoint.yml"),
                "$schema: https://azuremlschemas.azureedge.net/latest/batchEndpoint.schema.json\nname: of-its-file\n");

        assertThat(goal.batchEndpoint(Progress.NONE)).contains("of-its-file");
    }

    @Test
    @InjectMojo(goal = "score", pom = HEAD + "<target>bach</target>" + TAIL)
    void aMisspeltTargetIsToldTheRightOne(ScoreMojo goal) {
        assertThatThrownBy(() -> goal.run(Progress.NONE)).hasMessageEndingWith("Did you mean 'batch'?");
    }

    @Test
    @InjectMojo(
            goal = "score",
            pom = HEAD + "<target>batch</target><outputDirectory>target/score-of-none</outputDirectory>" + TAIL)
    void withoutAnyNameTheErrorSaysHowToGiveOne(ScoreMojo goal) {
        assertThatThrownBy(() -> goal.batchEndpoint(Progress.NONE))
                .isInstanceOfSatisfying(
                        AmlException.class, e -> assertThat(e.remedy()).contains("-Daml.endpoint", "aml:deploy-batch"));
    }

    private static void deployed(Path records, String goal, int second, String name) {
        new GoalRecord(records, goal, false, Clock.fixed(Instant.ofEpochSecond(1_000_000 + second), ZoneOffset.UTC))
                .succeeded(GoalOutcome.done(
                        goal, Map.of("name", name, "scoringUri", "https://" + name + ".example/score")));
    }
}
