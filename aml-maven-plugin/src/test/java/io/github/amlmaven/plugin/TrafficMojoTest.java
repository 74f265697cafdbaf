package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.GoalRecord;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** Whose traffic is meant by the goals that move it. */
@MojoTest
class TrafficMojoTest extends GoalTest {

    @Test
    @InjectMojo(goal = "traffic", pom = HEAD + "<outputDirectory>target/traffic-of-a-cluster</outputDirectory>" + TAIL)
    void versionsInAClusterThatWereDeployedAfterTheEndpointAreMeant(TrafficMojo goal) {
        deployed(goal.outputDirectory(), "deploy-managed", 1, Map.of("name", "wine"));
        deployed(goal.outputDirectory(), "deploy-aks", 2, Map.of("name", "wine", "version", "green"));

        assertThat(goal.where()).isEqualTo("aks");
    }

    @Test
    @InjectMojo(goal = "canary", pom = HEAD + "<outputDirectory>target/traffic-of-an-endpoint</outputDirectory>" + TAIL)
    void anEndpointThatWasDeployedAfterTheClusterIsMeant(CanaryMojo goal) {
        deployed(goal.outputDirectory(), "deploy-aks", 1, Map.of("name", "wine", "version", "green"));
        deployed(goal.outputDirectory(), "deploy-managed", 2, Map.of("name", "wine"));

        assertThat(goal.where()).isEqualTo("managed");
    }

    @Test
    @InjectMojo(
            goal = "rollback",
            pom = HEAD + "<endpoint>beer</endpoint><outputDirectory>target/traffic-by-name</outputDirectory>" + TAIL)
    void anEndpointThatIsNamedIsMeantWhateverWasDeployedLast(RollbackMojo goal) {
        deployed(goal.outputDirectory(), "deploy-aks", 1, Map.of("name", "wine", "version", "green"));

        assertThat(goal.where()).isEqualTo("managed");
    }

    @Test
    @InjectMojo(goal = "traffic", pom = HEAD + "<target>ask</target>" + TAIL)
    void aMisspeltTargetIsToldTheRightOne(TrafficMojo goal) {
        assertThatThrownBy(() -> goal.withTraffic(Progress.NONE, (clients, target) -> GoalOutcome.done("", Map.of())))
                .hasMessage("aml.traffic.target 'ask': managed or aks. Did you mean 'aks'?")
                .isInstanceOfSatisfying(
                        AmlException.class, e -> assertThat(e.remedy()).isEqualTo("Set -Daml.traffic.target=aks."));
    }

    @Test
    @InjectMojo(goal = "logs", pom = HEAD + "<target>webap</target>" + TAIL)
    void soIsAMisspeltTargetOfLogs(LogsMojo goal) {
        assertThatThrownBy(() -> goal.run(Progress.NONE)).hasMessageEndingWith("Did you mean 'webapp'?");
    }

    private static void deployed(Path records, String goal, int second, Map<String, Object> outputs) {
        new GoalRecord(records, goal, false, Clock.fixed(Instant.ofEpochSecond(1_000_000 + second), ZoneOffset.UTC))
                .succeeded(GoalOutcome.done(goal, outputs));
    }
}
