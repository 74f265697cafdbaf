package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.schedule.JobSchedule;
import io.github.amlmaven.core.schedule.ScheduleRequest;
import io.github.amlmaven.core.schedule.ScheduleRequest.Action;
import io.github.amlmaven.core.schedule.ScheduleResult;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Makes jobs by the clock: creates a schedule or changes it to what its file says. A schedule with the same content is left
 * alone, and one that is disabled stays so. {@code -Daml.schedule.action} enables, disables or deletes it.
 */
@Mojo(name = "schedule", requiresProject = false, threadSafe = true)
public final class ScheduleMojo extends AbstractWorkspaceMojo {

    /** The schedule's YAML file, of the az ml v2 schedule schema, whose {@code create_job} is the file of a job. */
    @Parameter(property = "aml.schedule.file", defaultValue = "${project.basedir}/src/main/aml/schedule.yml")
    private File scheduleFile;

    /** {@code apply}, {@code enable}, {@code disable} or {@code delete}. */
    @Parameter(property = "aml.schedule.action", defaultValue = "apply")
    private String action;

    /** The schedule's name, instead of {@code name} of the file. */
    @Parameter(property = "aml.schedule.name")
    private @Nullable String scheduleName;

    /**
     * A cron expression of five fields. With it or with {@code frequency} there need be no schedule file: the job is that
     * of {@code scheduleJob}.
     */
    @Parameter(property = "aml.schedule.cron")
    private @Nullable String cron;

    /** {@code minute}, {@code hour}, {@code day}, {@code week} or {@code month}. */
    @Parameter(property = "aml.schedule.frequency")
    private @Nullable String frequency;

    /** How many minutes, hours, days, weeks or months lie between two jobs. */
    @Parameter(property = "aml.schedule.interval", defaultValue = "1")
    private int interval;

    /** The time zone of {@code cron} and {@code startTime}, as Azure names it: {@code W. Europe Standard Time}. */
    @Parameter(property = "aml.schedule.timeZone", defaultValue = "UTC")
    private String timeZone;

    /** The first time, {@code 2030-01-31T06:00:00}, with {@code cron} or {@code frequency}. Default: at once. */
    @Parameter(property = "aml.schedule.startTime")
    private @Nullable String startTime;

    /** The file of the job, with {@code cron} or {@code frequency}. */
    @Parameter(property = "aml.schedule.job", defaultValue = "${project.basedir}/src/main/aml/pipeline.yml")
    private File scheduleJob;

    /** How long to wait for the schedule: {@code 90s}, {@code 5m}. */
    @Parameter(property = "aml.schedule.timeout", defaultValue = "10m")
    private String timeout;

    @Override
    protected GoalOutcome run(Progress progress) {
        ScheduleRequest request = request();
        try (AzureClients clients = connect(progress)) {
            ScheduleResult result = new JobSchedule(clients, specReader(), progress).run(request);
            Map<String, Object> outputs = Map.of("name", result.name());
            return switch (result.outcome()) {
                case CHANGED -> GoalOutcome.done(result.sentence(), outputs);
                case UNCHANGED -> GoalOutcome.upToDate(result.sentence(), outputs);
                case DRY_RUN -> GoalOutcome.dryRun(result.sentence(), outputs);
            };
        }
    }

    /** What the parameters ask for. */
    ScheduleRequest request() {
        boolean own = cron != null || frequency != null;
        if (cron != null && frequency != null) {
            throw invalid("aml:schedule takes cron or frequency, not both", "Leave out one of the two.");
        }
        if (interval < 1) {
            throw invalid("the interval is " + interval, "Set <interval> or -Daml.schedule.interval to 1 or more.");
        }
        return new ScheduleRequest(
                Action.of(action)
                        .orElseThrow(() -> invalid(
                                "unknown action '" + action + "'",
                                "Set -Daml.schedule.action to apply, enable, disable or delete.")),
                (own ? scheduleJob : scheduleFile).toPath(),
                projectDirectory(),
                Optional.ofNullable(scheduleName),
                own
                        ? Optional.of(new ScheduleRequest.Trigger(
                                Optional.ofNullable(cron),
                                frequency == null ? "" : frequency,
                                interval,
                                timeZone,
                                Optional.ofNullable(startTime)))
                        : Optional.empty(),
                TimeLimit.of("aml.schedule.timeout", timeout),
                dryRun());
    }

    private static AmlException invalid(String what, String remedy) {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, what)
                .remedy(remedy)
                .build();
    }
}
