package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.plugin.config.OtherGoal;
import io.github.amlmaven.plugin.progress.UsersPlanKey;
import io.github.amlmaven.plugin.record.GoalRecord;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;

/** What planning and applying share: the plan's file, and other goals run in this one's place. */
abstract class AbstractPlanMojo extends AbstractAmlMojo {

    static final List<String> PLANNED = List.of(
            "deploy-managed",
            "deploy-batch",
            "deploy-aci",
            "deploy-aks",
            "deploy-webapp",
            "deploy-function",
            "traffic",
            "schedule",
            "register");

    private static final Pattern SECRET =
            Pattern.compile("(?i).*(secret|password|passwd|pwd|passphrase|token|keys?$|credential).*");

    /** The plan. */
    @Parameter(property = "aml.plan.file", defaultValue = "${project.build.directory}/aml/saved-plan.json")
    private File planFile;

    private final OtherGoal otherGoal;

    AbstractPlanMojo(OtherGoal otherGoal) {
        this.otherGoal = otherGoal;
    }

    final Path planFile() {
        return inProject(planFile);
    }

    /** Only goals that say field by field what they would change. */
    static String known(String goal) {
        String name = name(goal);
        if (!PLANNED.contains(name)) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "aml:" + goal + " cannot be planned" + Suggestion.sentence(name, PLANNED))
                    .remedy("Set <goal> or -Daml.plan.goal to " + String.join(", ", PLANNED) + ".")
                    .build();
        }
        return goal;
    }

    static String name(String goal) {
        return goal.contains("@") ? goal.substring(0, goal.indexOf('@')) : goal;
    }

    /** Runs a goal; what it has to say against it is the error of this one. */
    final void runGoal(String goal, boolean dry) {
        try {
            otherGoal.run(session(), coordinates(), goal, dry);
        } catch (MojoExecutionException | MojoFailureException e) {
            throw AmlException.of(
                            ErrorCode.PLAN_GOAL_FAILED,
                            "aml:" + goal + (dry ? ", asked what it would do, failed: " : " failed: ") + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    /** What a goal would do, by its own dry run. */
    final List<PlannedChange> changes(String goal) {
        // Before the goal runs, which seals its changes with the key that it finds.
        UsersPlanKey.required();
        runGoal(goal, true);
        return GoalRecord.plannedBy(outputDirectory(), name(goal));
    }

    /** The properties that the user has given and that may be kept in a file. */
    final Map<String, String> parameters() {
        Map<String, String> given = new TreeMap<>();
        session().getUserProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("aml.") && !name.startsWith("aml.plan."))
                .filter(name -> !SECRET.matcher(name).matches())
                .forEach(name -> given.put(name, session().getUserProperties().getProperty(name)));
        return given;
    }
}
