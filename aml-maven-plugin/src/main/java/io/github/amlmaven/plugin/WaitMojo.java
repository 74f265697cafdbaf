package io.github.amlmaven.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.job.JobRunResult;
import io.github.amlmaven.core.job.JobWait;
import io.github.amlmaven.core.job.SubmittedJob;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.GoalRecord;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a job that was submitted before, by {@code aml:run} with {@code wait=false}, by a build that was stopped, or by
 * something else: shows its log from the beginning, and leaves its outputs, its metrics and {@code run.json} as
 * {@code aml:run} does. The goal fails when the job does.
 */
@Mojo(name = "wait", requiresProject = false, threadSafe = true)
public final class WaitMojo extends AbstractJobMojo {

    /** The job's name in the workspace. Default: the job of the last {@code aml:run} in this project. */
    @Parameter(property = "aml.job")
    private @Nullable String job;

    private Map<String, Object> origin = Map.of();

    @Override
    protected GoalOutcome run(Progress progress) {
        GoalRecord record = new GoalRecord(outputDirectory(), "run", false, Clock.systemUTC());
        SubmittedJob submitted = job();
        if (dryRun()) {
            return GoalOutcome.dryRun("Would wait for job " + submitted.name(), pending(submitted));
        }
        AtomicBoolean found = new AtomicBoolean();
        try (AzureClients clients = connect(progress)) {
            JobRunResult result = new JobWait(clients, progress)
                    .untilCompleted(
                            new JobWait.Request(
                                    submitted.name(),
                                    submitted.fingerprint(),
                                    timeout(),
                                    cancelOnInterrupt(),
                                    outputDirectory().resolve("outputs"),
                                    outputDirectory()),
                            job -> {
                                found.set(true);
                                record.submitted(pending(job));
                                follow(job, clients, progress);
                            });
            GoalOutcome outcome = GoalOutcome.done("Job " + result.jobName() + " completed", outputs(result));
            record.succeeded(outcome);
            return outcome;
        } catch (AmlException e) {
            // A misspelt name says nothing about the last run of this project.
            if (found.get()) {
                record.failed(e);
            }
            throw e;
        } finally {
            leave();
        }
    }

    /** As {@code aml:run} has noted it, before this goal writes its record. */
    @Override
    Map<String, Object> origin(String name) {
        return origin;
    }

    private static Map<String, Object> originOf(JsonNode run) {
        Map<String, Object> origin = new LinkedHashMap<>();
        Stream.of("jobFile", "inputs").filter(run::has).forEach(fact -> origin.put(fact, run.path(fact)));
        return origin;
    }

    /** The job that is asked for, with what is known of it. */
    SubmittedJob job() {
        Optional<JsonNode> last = GoalRecord.startedBy(outputDirectory(), "run");
        String name = job != null
                ? job
                : last.map(run -> run.path("jobName").asText()).orElse("");
        if (name.isEmpty()) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "aml:wait needs the name of a job")
                    .remedy("Set <job> or -Daml.job, or run 'mvn aml:run' in this project first.")
                    .build();
        }
        Optional<JsonNode> known =
                last.filter(run -> run.path("jobName").asText().equals(name));
        origin = known.map(WaitMojo::originOf).orElseGet(Map::of);
        return known.map(run -> new SubmittedJob(
                        name,
                        run.path("fingerprint").asText(),
                        run.path("studioUrl").asText()))
                .orElseGet(() -> new SubmittedJob(name, "", ""));
    }
}
