package io.github.amlmaven.core.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.arm.ServiceError;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.Waiting;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Waits for a job and shows its log meanwhile. The pace is azure-ai-ml's: 2 s at first, slower as the job goes on
 * ({@code operations/_job_ops_helper.py}).
 */
final class JobWatch {

    /** States that a job does not leave ({@code operations/_run_history_constants.py}). */
    private static final Set<String> TERMINAL = Set.of("Completed", "Failed", "Canceled", "NotResponding", "Paused");

    private final AzureClients clients;
    private final RunHistory history;
    private final Progress progress;
    private final String job;
    private final boolean pipeline;
    private final LogFollower log;
    private final Map<String, LogFollower> steps = new LinkedHashMap<>();
    private final Set<String> endedSteps = new LinkedHashSet<>();

    JobWatch(AzureClients clients, RunHistory history, Progress progress, String job, boolean pipeline) {
        this.clients = clients;
        this.history = history;
        this.progress = progress;
        this.job = job;
        this.pipeline = pipeline;
        this.log = new LogFollower(history, progress, "");
    }

    /** Waits for the end and answers the run's last details; fails when the job did. */
    JsonNode untilCompleted(Duration limit) {
        Waiting waiting = new Waiting("Job " + job, limit, this::pace, progress);
        while (true) {
            JsonNode details = history.details(job);
            String status = details.path("status").asText("Unknown");
            boolean ended = TERMINAL.contains(status);
            if (pipeline) {
                showSteps();
            }
            log.show(details, ended);
            if (ended) {
                check(status, details);
                return details;
            }
            if (!waiting.pause(status)) {
                throw AmlException.of(
                                ErrorCode.JOB_TIMEOUT,
                                "Job " + job + " is still " + status + " after " + limit.toSeconds() + " s")
                        .remedy("The job goes on. Follow it in the studio, cancel it there, or give it longer with"
                                + " -Daml.run.timeout=4h.")
                        .build();
            }
        }
    }

    private void showSteps() {
        for (RunHistory.Child child : history.children(job)) {
            if (endedSteps.contains(child.id())) {
                continue;
            }
            JsonNode details = history.details(child.id());
            boolean ended = TERMINAL.contains(details.path("status").asText());
            steps.computeIfAbsent(child.id(), id -> new LogFollower(history, progress, "[" + child.name() + "] "))
                    .show(details, ended);
            if (ended) {
                endedSteps.add(child.id());
                progress.info(
                        "Step " + child.name() + ": " + details.path("status").asText());
            }
        }
    }

    private void check(String status, JsonNode details) {
        if (status.equals("Completed")) {
            return;
        }
        if (status.equals("Canceled")) {
            throw AmlException.of(ErrorCode.JOB_CANCELED, "Job " + job + " was canceled")
                    .build();
        }
        String reason =
                ServiceError.of(details).map(error -> ": " + error.message()).orElse("");
        throw AmlException.of(ErrorCode.JOB_FAILED, "Job " + job + " ended as " + status + reason)
                .remedy("Its log is above.")
                .build();
    }

    private Duration pace(Duration elapsed) {
        double seconds = elapsed.toMillis() / 1000.0;
        return Duration.ofMillis(
                clients.endpoints().isLocal()
                        ? Math.min(1000, 100 + elapsed.toMillis() / 10)
                        : (long) (1000 * Math.max(2, 60 / (1 + 100 * Math.exp(-seconds / 20)))));
    }
}
