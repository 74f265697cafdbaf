package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.job.JobCancellation;
import io.github.amlmaven.core.progress.Progress;

/**
 * What happens to a job when the build that waits for it is stopped, by Ctrl-C or by the CI system: it is canceled, or the
 * user is told that it goes on and how to wait for it again. Nothing can be done when the build is killed outright; the
 * result file then names the job.
 */
record JobInterruption(String job, AfterStop choice, JobCancellation cancellation, Progress progress)
        implements Runnable {

    /** What is to be done about the job. */
    enum AfterStop {
        /** Ask the workspace to cancel it. */
        CANCEL,
        /** Leave it. */
        LEAVE,
        /** The emulator runs in this build, so the job ends too. */
        ENDS_ANYWAY
    }

    @Override
    public void run() {
        String again = "wait for it again with 'mvn aml:wait -Daml.job=" + job + "'";
        switch (choice) {
            case LEAVE -> progress.warn("The build was stopped; job " + job + " goes on: " + again);
            case ENDS_ANYWAY ->
                progress.warn("The build was stopped, and job " + job + " with the emulator in it; 'mvn"
                        + " aml:emulator-start' starts one that outlives the build");
            case CANCEL -> {
                try {
                    cancellation.request(job);
                    progress.warn("The build was stopped; job " + job + " is being canceled");
                } catch (AmlException failed) {
                    progress.warn("The build was stopped; job " + job + " could not be canceled and may go on: " + again
                            + ". " + failed.describe());
                }
            }
        }
    }
}
