package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.GoalRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Whose keys are meant, which of them is replaced, and where they go. */
@MojoTest
class KeysMojoTest extends GoalTest {

    @Test
    @InjectMojo(
            goal = "keys",
            pom = HEAD + "<endpoint>wine</endpoint><rotate>secondary</rotate><keysFile>k</keysFile>" + TAIL)
    void whatStandsInThePomIsAskedFor(KeysMojo goal) {
        assertThat(goal.rotated()).contains(ScoringKeys.Which.SECONDARY);
        assertThat(goal)
                .extracting("keysFile", InstanceOfAssertFactories.FILE)
                .isAbsolute()
                .hasName("k");
    }

    @Test
    @InjectMojo(goal = "keys", pom = HEAD + "<endpoint>wine</endpoint>" + TAIL)
    void withoutAWordNoKeyIsReplaced(KeysMojo goal) {
        assertThat(goal.rotated()).isEmpty();
    }

    @Test
    @InjectMojo(goal = "keys", pom = HEAD + "<endpoint>wine</endpoint><rotate>both</rotate>" + TAIL)
    void thereAreTwoKeysToReplace(KeysMojo goal) {
        assertThatThrownBy(() -> goal.run(Progress.NONE)).hasMessageContaining("'both': primary or secondary");
    }

    @Test
    @InjectMojo(goal = "keys", pom = HEAD + "<target>batch</target>" + TAIL)
    void anUnknownTargetIsToldTheKnownOnes(KeysMojo goal) {
        assertThatThrownBy(() -> goal.run(Progress.NONE))
                .isInstanceOfSatisfying(
                        AmlException.class, e -> assertThat(e.remedy()).contains("managed, webapp, function"));
    }

    @Test
    @InjectMojo(goal = "keys", pom = HEAD + "<target>aci</target><rotate>primary</rotate>" + TAIL)
    void aContainerGroupsKeysAreChangedByItsDeployment(KeysMojo goal) {
        assertThatThrownBy(() -> goal.run(Progress.NONE))
                .hasMessageContaining("only by a restart")
                .isInstanceOfSatisfying(
                        AmlException.class,
                        e -> assertThat(e.remedy()).contains("aml.deploy.keysServerId", "mvn aml:deploy-aci"));
    }

    @Test
    @InjectMojo(
            goal = "keys",
            pom = HEAD + "<endpoint>wine</endpoint><rotate>primary</rotate><dryRun>true</dryRun>" + TAIL)
    void aDryRunSaysWhatWouldBeDone(KeysMojo goal) {
        assertThat(goal.run(Progress.NONE).sentence())
                .startsWith("Would replace the primary key and write the keys of wine to ")
                .endsWith("deploy-managed.keys.json");
    }

    @Test
    @InjectMojo(
            goal = "keys",
            pom = HEAD + "<dryRun>true</dryRun><outputDirectory>target/keys-of-the-last</outputDirectory>" + TAIL)
    void theAppThatWasDeployedLastIsMeant(KeysMojo goal) throws Exception {
        Path records = goal.outputDirectory();
        deployed(records, "deploy-managed", "endpoint");
        deployed(records, "deploy-webapp", "wine-app");

        assertThat(goal.run(Progress.NONE).sentence())
                .startsWith("Would write the keys of web app wine-app to ")
                .endsWith("wine-app-webapp.keys.json");
    }

    private static void deployed(Path records, String goal, String name) throws Exception {
        Files.createDirectories(records);
        new GoalRecord(records, goal, false, Clock.systemUTC()).succeeded(GoalOutcome.done("", Map.of("name", name)));
    }
}
