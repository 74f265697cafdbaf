package io.github.amlmaven.emulator.job.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.pipeline.PipelineSteps;
import io.github.amlmaven.emulator.job.pipeline.Pipelines;
import io.github.amlmaven.emulator.job.pipeline.StepReuse;
import io.github.amlmaven.emulator.job.process.ProcessGroup;
import io.github.amlmaven.emulator.job.process.Stop;
import io.github.amlmaven.emulator.job.run.CommandRuns;
import io.github.amlmaven.emulator.job.run.OutputAssets;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobControl;
import io.github.amlmaven.emulator.job.state.JobFailure;
import io.github.amlmaven.emulator.job.state.JobStatus;
import io.github.amlmaven.emulator.job.state.Jobs;
import io.github.amlmaven.emulator.job.sweep.Sweeps;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Starts, cancels and resumes jobs, and tells a pipeline when one of its steps has ended. */
public final class JobEngine implements JobControl, AutoCloseable {

    private final Jobs jobs;
    private final CommandRuns runs;
    private final Executor background;
    private final Turns turns = new Turns();
    private final JobQueue queue;
    private final Pipelines pipelines;
    private final StepReuse reuse;
    private final Sweeps sweeps;

    /** @param slots how many command jobs run at once */
    public JobEngine(
            Jobs jobs,
            CommandRuns runs,
            PipelineSteps steps,
            StepReuse reuse,
            OutputAssets assets,
            Function<JobEngine, Sweeps> sweeps,
            Executor background,
            int slots) {
        this.jobs = jobs;
        this.runs = runs;
        this.background = background;
        this.reuse = reuse;
        this.queue = new JobQueue(slots, this::run);
        this.pipelines = new Pipelines(jobs, steps, reuse, assets, this);
        this.sweeps = sweeps.apply(this);
    }

    @Override
    public void start(Job job) {
        if (job.group()) {
            if (jobs.move(job.id(), JobStatus.RUNNING)) {
                goOn(job.id());
                watchTime(job.id());
            }
        } else if (jobs.move(job.id(), JobStatus.QUEUED)) {
            queue.submit(job.id());
        }
    }

    /** Does what is next for a pipeline or a sweep. */
    private void goOn(ResourceId group) {
        background.execute(() -> advance(group));
    }

    private void advance(ResourceId group) {
        if (turns.take(
                group,
                () -> jobs.find(group)
                        .filter(job -> !job.status().terminal())
                        .filter(job -> job.sweep() ? sweeps.step(group) : pipelines.step(group))
                        .isPresent())) {
            ended(group);
        }
    }

    private void watchTime(ResourceId id) {
        jobs.find(id).filter(Job::sweep).ifPresent(sweep -> {
            try {
                sweeps.left(sweep)
                        .ifPresent(left -> CompletableFuture.delayedExecutor(
                                        Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS, background)
                                .execute(() -> advance(id)));
            } catch (JobFailure e) {
                // Its first step forward ends the sweep with the same failure.
                goOn(id);
            }
        });
    }

    /** A running job has said what it measures: a sweep may want to end it. */
    public void measured(Job job) {
        if (!job.parent().isEmpty()) {
            ResourceId parent = job.workspace().child("jobs", job.parent());
            jobs.find(parent).filter(Job::sweep).ifPresent(sweep -> goOn(parent));
        }
    }

    @Override
    public void cancel(ResourceId id) {
        Optional<Job> job = jobs.find(id);
        if (job.isEmpty() || job.get().status().terminal()) {
            return;
        }
        if (job.get().interactive()) {
            jobs.finish(id, JobStatus.CANCELED, Optional.empty());
            return;
        }
        if (!jobs.move(id, JobStatus.CANCEL_REQUESTED) && jobs.finish(id, JobStatus.CANCELED, Optional.empty())) {
            ended(id);
        }
        if (job.get().group()) {
            goOn(id);
        } else {
            queue.stop(id);
        }
    }

    /** Follows the end of a job up: its result may be reused, and its pipeline goes on. */
    void ended(ResourceId id) {
        Optional<Job> ended = jobs.find(id).filter(job -> job.status().terminal());
        if (ended.isPresent()) {
            if (ended.get().status() == JobStatus.COMPLETED) {
                reuse.remember(ended.get());
            }
            if (!ended.get().parent().isEmpty()) {
                ResourceId parent =
                        ended.get().workspace().child("jobs", ended.get().parent());
                goOn(parent);
            }
        }
    }

    /**
     * After a start of the emulator: what waited runs, what ran has failed with {@code JobInterrupted} (its processes, if a
     * killed emulator left any, are ended), pipelines go on from there.
     */
    public void resume() {
        for (Job job : jobs.all()) {
            if (!job.status().terminal() && !job.group() && !job.interactive()) {
                resume(job);
            }
        }
        for (Job job : jobs.all()) {
            if (!job.status().terminal() && job.group()) {
                if (job.status() == JobStatus.NOT_STARTED) {
                    start(job);
                } else {
                    goOn(job.id());
                    watchTime(job.id());
                }
            }
        }
    }

    private void resume(Job job) {
        switch (job.status()) {
            case NOT_STARTED -> start(job);
            case QUEUED -> queue.submit(job.id());
            case CANCEL_REQUESTED -> {
                killLeftover(job);
                jobs.finish(job.id(), JobStatus.CANCELED, Optional.empty());
            }
            default -> {
                killLeftover(job);
                jobs.finish(
                        job.id(),
                        JobStatus.FAILED,
                        Optional.of(new JobFailure(
                                "JobInterrupted",
                                "The emulator was stopped while the job was running. Submit it again.")));
            }
        }
    }

    private static void killLeftover(Job job) {
        for (JsonNode process : job.run().path(CommandRuns.PROCESSES)) {
            ProcessGroup.killLeftover(
                    process.path("pid").asLong(),
                    Instant.parse(process.path("start").asText()));
        }
    }

    private void run(ResourceId id, Stop stop) {
        runs.run(id, stop);
        ended(id);
    }

    @Override
    public void close() {
        queue.close();
    }
}
