package io.github.amlmaven.core.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.arm.ServiceError;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.Waiting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a job and shows its log meanwhile. The pace is azure-ai-ml's: 2 s at first, slower as the job goes on
 * ({@code operations/_job_ops_helper.py}).
 */
final class JobWatch {

    private final AzureClients clients;
    private final RunHistory history;
    private final Progress progress;
    private final String job;
    private final @Nullable JobSteps steps;
    private final LogFollower log;

    /** @param steps of a pipeline; null for a job without any */
    JobWatch(AzureClients clients, RunHistory history, Progress progress, String job, @Nullable JobSteps steps) {
        this.clients = clients;
        this.history = history;
        this.progress = progress;
        this.job = job;
        this.steps = steps;
        this.log = new LogFollower(history, progress, "");
    }

    /**
     * Waits for the end and answers the run's last details; fails when the job did.
     *
     * @throws AmlException {@link ErrorCode#OPERATION_INTERRUPTED} when the thread was interrupted; nothing is done to the
     *     job then
     */
    JsonNode untilCompleted(Duration limit) {
        Waiting waiting = new Waiting("Job " + job, limit, this::pace, progress);
        while (true) {
            JsonNode details = history.details(job);
            String status = details.path("status").asText("Unknown");
            boolean ended = RunHistory.TERMINAL.contains(status);
            log.show(details, ended);
            if (steps != null) {
                steps.look();
            }
            if (ended) {
                check(status, details);
                return details;
            }
            if (!waiting.pause(status)) {
                throw AmlException.of(
                                ErrorCode.JOB_TIMEOUT,
                                "Job " + job + " is still " + status + " after " + limit.toSeconds() + " s")
                        .remedy("The job goes on. Wait for it again with 'mvn aml:wait -Daml.job=" + job
                                + "', and longer with -Daml.run.timeout=4h.")
                        .build();
            }
        }
    }

    private void check(String status, JsonNode details) {
        if (status.equals("Completed")) {
            return;
        }
        String reason =
                ServiceError.of(details).map(error -> ": " + error.message()).orElse("");
        // A job that has met its own time limit is canceled too, with the limit as its error.
        if (status.equals("Canceled")) {
            throw AmlException.of(ErrorCode.JOB_CANCELED, "Job " + job + " was canceled" + reason)
                    .build();
        }
        AmlException.Builder failure =
                AmlException.of(ErrorCode.JOB_FAILED, "Job " + job + " ended as " + status + reason);
        // What fails before it starts, such as an environment that cannot be made, has no log.
        if (log.hasShown() || (steps != null && steps.hasShownLog())) {
            failure.remedy("Its log is above.");
        }
        throw failure.build();
    }

    private Duration pace(Duration elapsed) {
        double seconds = elapsed.toMillis() / 1000.0;
        return Duration.ofMillis(
                clients.endpoints().isLocal()
                        ? Math.min(1000, 100 + elapsed.toMillis() / 10)
                        : (long) (1000 * Math.max(2, 60 / (1 + 100 * Math.exp(-seconds / 20)))));
    }
}
