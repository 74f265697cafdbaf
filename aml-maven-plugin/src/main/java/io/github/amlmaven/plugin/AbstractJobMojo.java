package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.job.JobCancellation;
import io.github.amlmaven.core.job.JobRunResult;
import io.github.amlmaven.core.job.SubmittedJob;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.stop.WhenStopped;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** What the goals share that follow a job: how long, what when they are stopped, and what they leave. */
public abstract class AbstractJobMojo extends AbstractWorkspaceMojo {

    /** How long to wait for the job: {@code 90s}, {@code 30m}, {@code 2h}. The job itself goes on after that. */
    @Parameter(property = "aml.run.timeout", defaultValue = "2h")
    private String timeout;

    /**
     * Whether the job is canceled when the build is stopped while it waits, by Ctrl-C or by the CI system. Otherwise the
     * job goes on, and {@code aml:wait} waits for it again.
     */
    @Parameter(property = "aml.run.cancelOnInterrupt", defaultValue = "false")
    private boolean cancelOnInterrupt;

    private WhenStopped.@Nullable Unneeded interruption;

    protected final Duration timeout() {
        return TimeLimit.of("aml.run.timeout", timeout);
    }

    protected final boolean cancelOnInterrupt() {
        return cancelOnInterrupt;
    }

    /** Writes down that the job is on its way, and watches over it until {@link #leave}. */
    final void follow(SubmittedJob job, AzureClients clients, Progress progress) {
        submitted(pending(job));
        JobInterruption.AfterStop choice =
                cancelOnInterrupt ? JobInterruption.AfterStop.CANCEL : JobInterruption.AfterStop.LEAVE;
        interruption = whenStopped(
                WhenStopped.Turn.SERVICES,
                new JobInterruption(
                        job.name(),
                        endsWithBuild() ? JobInterruption.AfterStop.ENDS_ANYWAY : choice,
                        new JobCancellation(clients),
                        progress));
    }

    /** Ends the watch over the job, if there is one. */
    final void leave() {
        if (interruption != null) {
            interruption.close();
            interruption = null;
        }
    }

    /**
     * What else the records say of a job: {@code jobFile}, the project's file that it was made of, and {@code inputs} that were
     * not the file's. For {@code aml:report}.
     */
    abstract Map<String, Object> origin(String jobName);

    final Map<String, Object> pending(SubmittedJob job) {
        Map<String, Object> pending = new LinkedHashMap<>();
        pending.put("jobName", job.name());
        pending.put("fingerprint", job.fingerprint());
        pending.put("studioUrl", job.studioUrl());
        pending.putAll(origin(job.name()));
        return pending;
    }

    final Map<String, Object> outputs(JobRunResult result) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("jobName", result.jobName());
        outputs.put("jobStatus", result.status());
        outputs.put("fingerprint", result.fingerprint());
        outputs.put("studioUrl", result.studioUrl());
        outputs.put("outputs", result.outputs());
        outputs.put("metrics", result.metrics());
        outputs.putAll(origin(result.jobName()));
        return outputs;
    }
}
