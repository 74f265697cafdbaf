package io.github.amlmaven.core.job;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.progress.Progress;
import java.time.Duration;

/** Waits for a job that something else has submitted, a published pipeline for instance. */
public final class JobWait {

    private final AzureClients clients;
    private final Progress progress;

    public JobWait(AzureClients clients, Progress progress) {
        this.clients = clients;
        this.progress = progress;
    }

    /** Shows the log of a pipeline job and its steps until it has completed; fails when it does not. */
    public void untilPipelineCompleted(String job, Duration limit) {
        new JobWatch(clients, RunHistory.of(clients), progress, job, true).untilCompleted(limit);
    }
}
