package io.github.amlmaven.core.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.job.JobRunResult.Outcome;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.StepState;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Follows a submitted job to its end, and fetches what it has left: named outputs and metrics. */
final class JobFollow {

    /** Where AML puts logs and artifacts; not an output that somebody asked for. */
    private static final String DEFAULT_OUTPUT = "default";

    private final AzureClients clients;
    private final Progress progress;

    JobFollow(AzureClients clients, Progress progress) {
        this.clients = clients;
        this.progress = progress;
    }

    /**
     * How to follow.
     *
     * @param cancelOnInterrupt whether the job is canceled when this thread is interrupted
     * @param outputs where named outputs go
     * @param reports where the metrics go
     */
    record Terms(Duration timeout, boolean cancelOnInterrupt, Path outputs, Path reports) {}

    /** @param definition the job as Resource Manager answers it */
    JobRunResult follow(SubmittedJob job, ObjectNode definition, Terms terms) {
        RunHistory history = RunHistory.of(clients);
        JobSteps steps = hasSteps(definition)
                ? new JobSteps(history, progress, job.name(), definition, Clock.systemUTC())
                : null;
        JsonNode details;
        try {
            details = completed(job.name(), history, steps, terms);
        } catch (AmlException failure) {
            leave(job.name(), statusAfter(failure), steps, terms, failure);
            throw failure;
        }
        new JobStanding(job.name(), "Completed", steps == null ? List.of() : steps.last()).write(terms.reports());
        ObjectNode ended = clients.arm().get(id(job.name()), ApiVersions.MACHINE_LEARNING);
        Map<String, String> outputs = download(ended, job.name(), terms.outputs());
        JobMetrics metrics =
                new JobMetrics(history.metrics(ended, details), steps == null ? Map.of() : steps.metrics(ended));
        new MetricsReport(terms.reports()).write(job.name(), metrics);
        sayBestTrial(ended.path("properties"));
        return new JobRunResult(
                Outcome.COMPLETED,
                job.name(),
                ended.path("properties").path("status").asText("Completed"),
                job.fingerprint(),
                outputs,
                metrics.all(),
                job.studioUrl(),
                definition);
    }

    /** A sweep names its best trial, and what that reached, among its properties; other jobs have no such property. */
    private void sayBestTrial(JsonNode job) {
        JsonNode facts = job.path("properties");
        String best = facts.path("best_child_run_id").asText("");
        if (best.isEmpty()) {
            return;
        }
        String score = facts.path("score").asText("");
        String metric = job.path("objective").path("primaryMetric").asText("");
        progress.info("Best trial: " + best + (score.isEmpty() || metric.isEmpty() ? "" : ", " + metric + " " + score));
    }

    /** How far it came is worth knowing too; that this cannot be written down does not hide the failure itself. */
    private void leave(String job, String status, @Nullable JobSteps steps, Terms terms, AmlException failure) {
        try {
            List<StepState> reached = steps == null ? List.of() : steps.last();
            new JobStanding(job, status, reached).write(terms.reports());
            if (RunHistory.TERMINAL.contains(status)) {
                sayNotRun(reached);
            }
        } catch (AmlException unwritable) {
            failure.addSuppressed(unwritable);
        }
    }

    private void sayNotRun(List<StepState> reached) {
        String steps = reached.stream()
                .filter(step -> step.state().equals(RunHistory.NOT_STARTED))
                .map(StepState::path)
                .collect(Collectors.joining(", "));
        if (!steps.isEmpty()) {
            progress.info("Not run: " + steps);
        }
    }

    private static String statusAfter(AmlException failure) {
        return switch (failure.code()) {
            case JOB_FAILED -> "Failed";
            case JOB_CANCELED -> "Canceled";
            default -> "Running";
        };
    }

    /** The last details of a job that has completed. */
    JsonNode completed(String job, RunHistory history, @Nullable JobSteps steps, Terms terms) {
        try {
            return new JobWatch(clients, history, progress, job, steps).untilCompleted(terms.timeout());
        } catch (AmlException failure) {
            if (failure.code() != ErrorCode.OPERATION_INTERRUPTED) {
                throw failure;
            }
            // With the thread's flag set the request that cancels would be interrupted too.
            boolean pending = Thread.interrupted();
            progress.debug("Interrupted " + (pending ? "between two requests" : "during a request"));
            AmlException ended = interrupted(job, terms.cancelOnInterrupt(), failure);
            Thread.currentThread().interrupt();
            throw ended;
        }
    }

    private AmlException interrupted(String job, boolean cancel, AmlException cause) {
        if (!cancel) {
            return AmlException.of(
                            ErrorCode.OPERATION_INTERRUPTED,
                            "The wait for job " + job + " was interrupted; the job goes on")
                    .remedy("Wait for it again with 'mvn aml:wait -Daml.job=" + job + "'.")
                    .cause(cause)
                    .build();
        }
        new JobCancellation(clients).request(job);
        return AmlException.of(
                        ErrorCode.JOB_CANCELED,
                        "The wait for job " + job + " was interrupted; the job is being canceled")
                .cause(cause)
                .build();
    }

    /** Steps of a pipeline or trials of a sweep. */
    static boolean hasSteps(JsonNode definition) {
        return isPipeline(definition)
                || definition.path("properties").path("jobType").asText().equals("Sweep");
    }

    static boolean isPipeline(JsonNode definition) {
        return definition.path("properties").path("jobType").asText().equals("Pipeline");
    }

    private Map<String, String> download(JsonNode job, String name, Path directory) {
        JobOutputs places = new JobOutputs(clients, progress);
        Map<String, String> downloaded = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> output :
                job.path("properties").path("outputs").properties()) {
            String outputName = output.getKey();
            if (outputName.equals(DEFAULT_OUTPUT)) {
                continue;
            }
            Path target = directory.resolve(outputName);
            int files = places.folder(job, new JobOutputs.Reference(name, outputName, ""))
                    .download(target);
            progress.info(
                    "Output '" + outputName + "': " + files + (files == 1 ? " file" : " files") + " in " + target);
            if (files == 0) {
                throw AmlException.of(
                                ErrorCode.JOB_OUTPUT_EMPTY,
                                "Job " + name + " completed but wrote nothing to its output '" + outputName + "'")
                        .build();
            }
            downloaded.put(outputName, target.toString());
        }
        return downloaded;
    }

    private String id(String name) {
        return clients.workspace().armId() + "/jobs/" + name;
    }
}
