package io.github.amlmaven.core.job;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.progress.Progress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/** Waits for a job that has been submitted before: by an earlier build, or by something else. */
public final class JobWait {

    private final AzureClients clients;
    private final Progress progress;

    public JobWait(AzureClients clients, Progress progress) {
        this.clients = clients;
        this.progress = progress;
    }

    /**
     * A job to wait for.
     *
     * @param job name in the workspace
     * @param fingerprint of the run that submitted it; empty when it is not known
     * @param cancelOnInterrupt whether the job is canceled when the waiting thread is interrupted
     * @param outputDirectory where named outputs go, each in a folder of its name
     * @param reportDirectory where {@code metrics.json} and {@code metrics.md} go
     */
    public record Request(
            String job,
            String fingerprint,
            Duration timeout,
            boolean cancelOnInterrupt,
            Path outputDirectory,
            Path reportDirectory) {}

    /**
     * Follows the job to its end as {@link JobRun} does with one of its own; fails when the job does. What an earlier job
     * has left stays until this one has something to put in its place.
     *
     * @param found told as soon as it is known that the workspace has the job
     */
    public JobRunResult untilCompleted(Request request, Consumer<SubmittedJob> found) {
        ObjectNode definition =
                clients.arm().get(clients.workspace().armId() + "/jobs/" + request.job(), ApiVersions.MACHINE_LEARNING);
        SubmittedJob job = new SubmittedJob(
                request.job(),
                request.fingerprint(),
                clients.studioPage(definition).orElse(""));
        found.accept(job);
        return new JobFollow(clients, progress)
                .follow(
                        job,
                        definition,
                        new JobFollow.Terms(
                                request.timeout(),
                                request.cancelOnInterrupt(),
                                request.outputDirectory(),
                                request.reportDirectory()));
    }

    /**
     * Shows the log of a pipeline job and its steps until it has completed; fails when it does not. A run of the first API
     * may be unknown to Resource Manager; its steps are those that the run history tells then.
     */
    public void untilPipelineCompleted(String job, Duration limit) {
        RunHistory history = RunHistory.of(clients);
        ObjectNode definition = clients.arm()
                .find(clients.workspace().armId() + "/jobs/" + job, ApiVersions.MACHINE_LEARNING)
                .orElseGet(JsonNodeFactory.instance::objectNode);
        JobSteps steps = new JobSteps(history, progress, job, definition, Clock.systemUTC());
        Path nowhere = Path.of("");
        new JobFollow(clients, progress)
                .completed(job, history, steps, new JobFollow.Terms(limit, false, nowhere, nowhere));
    }
}
