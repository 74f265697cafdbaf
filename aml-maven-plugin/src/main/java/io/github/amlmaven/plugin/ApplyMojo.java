package io.github.amlmaven.plugin;

import io.github.amlmaven.core.plan.SavedPlan;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.config.OtherGoal;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Does what {@code aml:plan} has said. Plans again first, with the same parameters; when that comes to anything else, because
 * somebody has changed a resource or because files or the POM have changed, it says what has moved and changes nothing.
 */
@Mojo(name = "apply", requiresProject = false, threadSafe = true)
public final class ApplyMojo extends AbstractPlanMojo {

    @Inject
    ApplyMojo(OtherGoal otherGoal) {
        super(otherGoal);
    }

    @Override
    protected GoalOutcome run(Progress progress) {
        SavedPlan plan = SavedPlan.read(planFile());
        String goal = known(plan.goal());
        Properties properties = session().getUserProperties();
        // What was given to aml:plan counts here too, unless it is given anew.
        List<String> added = plan.parameters().keySet().stream()
                .filter(name -> name.startsWith("aml.") && !properties.containsKey(name))
                .toList();
        added.forEach(name -> properties.setProperty(name, plan.parameters().get(name)));
        try {
            plan.mustStillHold(changes(goal));
            Map<String, Object> outputs = Map.of("goal", goal, "changes", plan.count());
            if (dryRun()) {
                return GoalOutcome.dryRun("The plan for aml:" + goal + " holds; nothing was changed", outputs);
            }
            runGoal(goal, false);
            return plan.count() == 0
                    ? GoalOutcome.upToDate("The plan for aml:" + goal + " had nothing to change", outputs)
                    : GoalOutcome.done("Applied the plan of " + plan.createdAt() + " for aml:" + goal, outputs);
        } finally {
            added.forEach(properties::remove);
        }
    }
}
