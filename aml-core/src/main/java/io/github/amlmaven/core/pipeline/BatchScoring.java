package io.github.amlmaven.core.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.job.JobRunResult;
import io.github.amlmaven.core.job.JobWait;
import io.github.amlmaven.core.job.SubmittedJob;
import io.github.amlmaven.core.progress.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Scores files by the model of a batch endpoint: runs it, waits for its end and brings the predictions here. */
public final class BatchScoring {

    /** A deployed model has one input, whose name it does not see. */
    private static final String INPUT = "data";

    /** The output of a batch scoring job (https://learn.microsoft.com/azure/machine-learning/how-to-use-batch-model-deployments). */
    private static final String OUTPUT = "score";

    private final AzureClients clients;
    private final Progress progress;

    public BatchScoring(AzureClients clients, Progress progress) {
        this.clients = clients;
        this.progress = progress;
    }

    /**
     * What to score.
     *
     * @param deployment the endpoint's default when absent
     * @param input a path, a URI or {@code azureml:name:version}
     * @param directory what a relative path starts from
     * @param target the folder that gets the predictions, as {@code score} in it
     * @param limit for the job; it goes on after that
     * @param expected the rows that must come, in any order; empty when any will do
     * @param dryRun whether to send nothing
     */
    public record Request(
            String endpoint,
            Optional<String> deployment,
            String input,
            Path directory,
            Path target,
            Duration limit,
            Optional<List<String>> expected,
            boolean dryRun) {}

    /**
     * What came of it.
     *
     * @param jobName empty in a dry run
     * @param studioUrl where to look at the job; empty when the service names no place
     * @param predictions empty in a dry run
     * @param time from the invocation until the predictions were here
     */
    public record Result(
            String endpoint,
            String deployment,
            String jobName,
            String studioUrl,
            Optional<Predictions> predictions,
            Duration time) {}

    /** Whether a name is that of a batch endpoint, and of no online one. */
    public boolean isBatch(String endpoint) {
        return clients.arm()
                        .find(
                                clients.workspace().armId() + "/onlineEndpoints/" + endpoint,
                                ApiVersions.MACHINE_LEARNING)
                        .isEmpty()
                && clients.arm()
                        .find(clients.workspace().armId() + "/batchEndpoints/" + endpoint, ApiVersions.MACHINE_LEARNING)
                        .isPresent();
    }

    /**
     * Scores.
     *
     * @param submitted told as soon as the workspace has the job
     * @throws AmlException {@link ErrorCode#CONFIGURATION_INVALID} when the deployment is of a pipeline, {@link
     *     ErrorCode#JOB_FAILED}, {@link ErrorCode#SCORING_UNEXPECTED} when other rows came than expected
     */
    public Result score(Request request, Consumer<SubmittedJob> submitted) {
        PipelineInvocation invocation = new PipelineInvocation(clients, progress);
        PipelineInvocationRequest run = new PipelineInvocationRequest(
                request.endpoint(),
                request.deployment(),
                Map.of(INPUT, request.input()),
                Optional.empty(),
                request.directory(),
                Optional.empty(),
                request.dryRun());
        ObjectNode deployment = invocation.deployment(run);
        requireModel(request.endpoint(), deployment);
        long start = System.nanoTime();
        PipelineInvocationResult started = invocation.invoke(run);
        if (request.dryRun()) {
            return new Result(request.endpoint(), started.deployment(), "", "", Optional.empty(), Duration.ZERO);
        }
        JobRunResult ended = new JobWait(clients, progress)
                .untilCompleted(
                        new JobWait.Request(
                                started.jobName(), "", request.limit(), false, request.target(), request.target()),
                        submitted);
        Predictions predictions = predictions(deployment, ended);
        request.expected().ifPresent(predictions::requireRows);
        return new Result(
                request.endpoint(),
                started.deployment(),
                started.jobName(),
                started.studioUrl(),
                Optional.of(predictions),
                Duration.ofNanos(System.nanoTime() - start));
    }

    private static void requireModel(String endpoint, ObjectNode deployment) {
        if (!deployment.at("/properties/model/assetId").isTextual()) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "Deployment '" + deployment.path("name").asText() + "' of batch endpoint '" + endpoint
                                    + "' runs a pipeline, not a model")
                    .remedy("Run it with its own inputs: mvn aml:invoke-pipeline -Daml.pipeline.endpoint=" + endpoint
                            + " -Daml.inputs.<name>=<value>.")
                    .build();
        }
    }

    /** With {@code append_row} the rows are in one file; with {@code summary_only} the script writes what it likes. */
    private static Predictions predictions(ObjectNode deployment, JobRunResult job) {
        String folder = job.outputs().get(OUTPUT);
        if (folder == null) {
            throw AmlException.of(
                            ErrorCode.JOB_OUTPUT_EMPTY,
                            "Job " + job.jobName() + " completed without an output '" + OUTPUT + "'")
                    .remedy("Look at the job's outputs in the studio: 'mvn aml:wait -Daml.job=" + job.jobName()
                            + "' fetches those that it names.")
                    .build();
        }
        boolean rows =
                !deployment.at("/properties/outputAction").asText("AppendRow").equalsIgnoreCase("SummaryOnly");
        return Predictions.in(
                Path.of(folder),
                rows
                        ? Optional.of(
                                deployment.at("/properties/outputFileName").asText("predictions.csv"))
                        : Optional.empty());
    }
}
