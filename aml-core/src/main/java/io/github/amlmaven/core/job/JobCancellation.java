package io.github.amlmaven.core.job;

import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;

/** Asks the workspace to cancel a job. */
public final class JobCancellation {

    private final AzureClients clients;

    public JobCancellation(AzureClients clients) {
        this.clients = clients;
    }

    /** Asks, and does not wait for the job's end. A job that has ended is left as it is. */
    public void request(String job) {
        clients.arm()
                .post(clients.workspace().armId() + "/jobs/" + job + "/cancel", ApiVersions.MACHINE_LEARNING, null);
    }
}
