package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.plugin.record.DeploymentRecords;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.GoalRecord;
import java.time.Clock;
import java.util.Map;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.junit.jupiter.api.Test;

/** Which deployment is meant. */
@MojoTest
class UndeployMojoTest extends GoalTest {

    private DeploymentRecords deployed(String goal, String name) {
        new GoalRecord(directory, goal, false, Clock.systemUTC()).succeeded(GoalOutcome.done("", Map.of("name", name)));
        return new DeploymentRecords(directory);
    }

    @Test
    @InjectMojo(goal = "undeploy", pom = HEAD + "<endpoint>wine</endpoint>" + TAIL)
    void anEndpointThatIsNamedGoesNotWhatWasDeployedLast(UndeployMojo goal) {
        deployed(DeploymentRecords.BATCH, "wine");

        assertThat(goal.chosen(deployed(DeploymentRecords.ACI, "wine"), name -> false))
                .isEqualTo(new UndeployMojo.Chosen("batch", "wine"));
        // Objects in a cluster are no endpoint.
        assertThat(goal.chosen(deployed(DeploymentRecords.AKS, "wine"), name -> false))
                .isEqualTo(new UndeployMojo.Chosen("batch", "wine"));
    }

    @Test
    @InjectMojo(goal = "undeploy", pom = HEAD + "<endpoint>wine</endpoint>" + TAIL)
    void anEndpointThatNobodyHereHasDeployedIsWhatTheWorkspaceSays(UndeployMojo goal) {
        assertThat(goal.chosen(deployed(DeploymentRecords.ACI, "beer"), "wine"::equals))
                .isEqualTo(new UndeployMojo.Chosen("batch", "wine"));
        assertThat(goal.chosen(deployed(DeploymentRecords.ACI, "beer"), name -> false))
                .isEqualTo(new UndeployMojo.Chosen("managed", "wine"));
    }

    @Test
    @InjectMojo(goal = "undeploy", pom = HEAD + "<endpoint>wine</endpoint><target>aci</target>" + TAIL)
    void anEndpointIsNoContainerGroup(UndeployMojo goal) {
        assertThatThrownBy(() -> goal.chosen(new DeploymentRecords(directory), name -> false))
                .hasMessageContaining("aml.undeploy.target is aci");
    }

    @Test
    @InjectMojo(goal = "undeploy", pom = HEAD + "<endpoint>wine</endpoint><name>beer</name>" + TAIL)
    void twoNamesAreOneTooMany(UndeployMojo goal) {
        assertThatThrownBy(() -> goal.chosen(new DeploymentRecords(directory), name -> false))
                .hasMessageContaining("aml.deploy.name is 'beer'");
    }
}
