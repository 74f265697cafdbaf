package io.github.amlmaven.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoTest;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What planning keeps and refuses; what goals say of themselves, the invoker project proves. */
@MojoTest
class PlanMojoTest extends GoalTest {

    @Test
    @InjectMojo(goal = "plan", pom = HEAD + "<goal>traffik</goal>" + TAIL)
    void aGoalThatCannotBePlannedIsRefusedWithTheOneThatMayBeMeant(PlanMojo goal) {
        assertThatThrownBy(() -> goal.run(Progress.NONE))
                .hasMessageContaining("Did you mean 'traffic'?")
                .asInstanceOf(InstanceOfAssertFactories.type(AmlException.class))
                .extracting(AmlException::code)
                .isEqualTo(ErrorCode.CONFIGURATION_INVALID);
    }

    @Test
    @InjectMojo(goal = "plan", pom = HEAD + TAIL)
    void propertiesOfThisPluginAreKeptAndSecretsAreNot(PlanMojo goal) {
        given.setProperty("aml.traffic", "blue=100");
        given.setProperty("aml.plan.goal", "traffic");
        given.setProperty("aml.registry.password", "hunter2");
        given.setProperty("aml.scoring.key", "hunter2");
        given.setProperty("other", "x");

        assertThat(goal.parameters()).containsOnlyKeys("aml.traffic");
    }

    @Test
    @InjectMojo(goal = "apply", pom = HEAD + "<planFile>target/surely/no.json</planFile>" + TAIL)
    void withoutAPlanNothingIsApplied(ApplyMojo goal) {
        assertThatThrownBy(() -> goal.run(Progress.NONE))
                .hasMessageContaining("There is no plan at")
                .asInstanceOf(InstanceOfAssertFactories.type(AmlException.class))
                .extracting(AmlException::code)
                .isEqualTo(ErrorCode.PLAN_UNREADABLE);
    }

    @Test
    void anExecutionOfAGoalIsThatGoal() {
        assertThat(AbstractPlanMojo.known("deploy-managed@green")).isEqualTo("deploy-managed@green");
        assertThat(AbstractPlanMojo.name("deploy-managed@green")).isEqualTo("deploy-managed");
    }
}
