package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.job.JobCancellation;
import io.github.amlmaven.core.progress.Progress;

/**
 * What happens to a job when the build that waits for it is stopped, by Ctrl-C or by the CI system: it is canceled, or the
 * user is told that it goes on and how to wait for it again. Nothing can be done when the build is killed outright; the
 * result file then names the job.
 */
final class JobInterruption implements AutoCloseable {

    private final Thread hook;

    private JobInterruption(Thread hook) {
        this.hook = hook;
    }

    /** What is to be done about the job. */
    enum Choice {
        /** Ask the workspace to cancel it. */
        CANCEL,
        /** Leave it. */
        LEAVE,
        /** The emulator runs in this build, so the job ends too. */
        ENDS_ANYWAY
    }

    /** Watches over a job until this is closed. */
    static JobInterruption watch(String job, Choice choice, JobCancellation cancellation, Progress progress) {
        Thread hook = new Thread(() -> stopped(job, choice, cancellation, progress), "aml-job-interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        return new JobInterruption(hook);
    }

    static void stopped(String job, Choice choice, JobCancellation cancellation, Progress progress) {
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

    /** The wait is over. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // The virtual machine is ending: the hook runs already, and has its say.
            return;
        }
    }
}
