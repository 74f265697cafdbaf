package io.github.amlmaven.plugin;

import io.github.amlmaven.core.plan.SavedPlan;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.config.OtherGoal;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Says what a goal would change, field by field, and changes nothing. The plan is kept in {@code saved-plan.json}, without secrets;
 * {@code aml:apply} does exactly that, or refuses when the resources, the files or the parameters have changed since.
 */
@Mojo(name = "plan", requiresProject = false, threadSafe = true)
public final class PlanMojo extends AbstractPlanMojo {

    /**
     * The goal: {@code deploy-managed}, {@code deploy-batch}, {@code deploy-aci}, {@code deploy-aks},
     * {@code deploy-webapp}, {@code deploy-function}, {@code traffic}, {@code schedule} or {@code register}; with {@code @}
     * and the id of an execution, as that execution configures it.
     */
    @Parameter(property = "aml.plan.goal", defaultValue = "deploy-managed")
    private String goal;

    @Inject
    PlanMojo(OtherGoal otherGoal) {
        super(otherGoal);
    }

    @Override
    protected GoalOutcome run(Progress progress) {
        List<PlannedChange> changes = changes(known(goal));
        SavedPlan plan = new SavedPlan(
                SavedPlan.FORMAT,
                goal,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                parameters(),
                changes);
        plan.write(planFile());
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("goal", goal);
        outputs.put("file", planFile().toString());
        outputs.put("changes", plan.count());
        for (Action action : Action.values()) {
            outputs.put(
                    action.name().toLowerCase(Locale.ROOT),
                    changes.stream().filter(change -> change.action() == action).count());
        }
        return plan.count() == 0
                ? GoalOutcome.upToDate("aml:" + goal + " would change nothing", outputs)
                : GoalOutcome.done(
                        "aml:" + goal + " would change " + plan.count() + " of " + changes.size()
                                + " resources; do it with mvn aml:apply (" + planFile() + ")",
                        outputs);
    }
}
