package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.pipeline.PipelineInvocation;
import io.github.amlmaven.core.pipeline.PipelineInvocationRequest;
import io.github.amlmaven.core.pipeline.PipelineInvocationResult;
import io.github.amlmaven.core.pipeline.PublishedPipelineInvocation;
import io.github.amlmaven.core.pipeline.PublishedPipelineRequest;
import io.github.amlmaven.core.pipeline.PullRequestCallback;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.pullrequest.PullRequestTarget;
import io.github.amlmaven.core.pullrequest.TargetDiscovery;
import io.github.amlmaven.plugin.config.JobInputs;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.local.RunningEmulator;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.PublishedEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Runs a published pipeline, or a model of {@code aml:deploy-batch}, by its endpoint's name: the default version or one that is asked for, with inputs that are
 * checked against what the pipeline takes. Waits for its end unless told otherwise. Published pipelines and pipeline
 * endpoints of the first API are run too, by id or by name.
 */
@Mojo(name = "invoke-pipeline", requiresProject = false, threadSafe = true)
public final class InvokePipelineMojo extends AbstractWorkspaceMojo {

    /** The batch endpoint's name. Default: that of the last {@code aml:publish-pipeline} in this project, else of {@code aml:deploy-batch}. */
    @Parameter(property = "aml.pipeline.endpoint")
    private @Nullable String endpoint;

    /** The id of a published pipeline of the first API ({@code az ml pipeline list} of v1), to run that instead. */
    @Parameter(property = "aml.pipeline.publishedId")
    private @Nullable String publishedPipelineId;

    /** The id of a pipeline endpoint of the first API, to run that instead. */
    @Parameter(property = "aml.pipeline.endpointId")
    private @Nullable String pipelineEndpointId;

    /** The name of a pipeline endpoint of the first API, to run that instead of a batch endpoint. */
    @Parameter(property = "aml.pipeline.endpointName")
    private @Nullable String pipelineEndpointName;

    /** The version to run, instead of the endpoint's default; one of the first API is a number from 0 on. */
    @Parameter(property = "aml.pipeline.version")
    private @Nullable String pipelineVersion;

    /**
     * Values for inputs, by name. On the command line: {@code -Daml.inputs.<name>=<value>}, which wins over the POM. Inputs
     * that are data take a path, a URI or {@code azureml:<name>:<version>}.
     */
    @Parameter
    private @Nullable Map<String, String> inputs;

    /**
     * Whether the run tells the pull request that this build is of how it has ended, by the step that
     * {@code aml:publish-pipeline} with {@code callback} has appended. Which one that is comes from the variables of the CI
     * system; a build of none runs the pipeline and nobody is told.
     */
    @Parameter(property = "aml.pipeline.callback", defaultValue = "false")
    private boolean callback;

    /** The experiment that the run belongs to. */
    @Parameter(property = "aml.experiment")
    private @Nullable String experiment;

    /** Whether to wait for the end of the run and to fail when it fails. */
    @Parameter(property = "aml.pipeline.wait", defaultValue = "true")
    private boolean waitForEnd;

    /** How long to wait: {@code 90s}, {@code 30m}, {@code 2h}. The run itself goes on after that. */
    @Parameter(property = "aml.run.timeout", defaultValue = "2h")
    private String timeout;

    @Override
    protected GoalOutcome run(Progress progress) {
        Optional<PublishedPipelineRequest> published = publishedRequest();
        if (published.isPresent()) {
            try (AzureClients clients = connect(progress)) {
                return outcome(
                        new PublishedPipelineInvocation(clients, progress).invoke(published.get()),
                        Optional.empty(),
                        progress);
            }
        }
        try (AzureClients clients = connect(progress)) {
            PipelineInvocationRequest request = request();
            return outcome(
                    new PipelineInvocation(clients, progress).invoke(request),
                    Optional.of(request.endpoint()),
                    progress);
        }
    }

    /** What the parameters ask for. */
    PipelineInvocationRequest request() {
        return new PipelineInvocationRequest(
                endpoint(),
                Optional.ofNullable(pipelineVersion),
                callback ? withCallback() : JobInputs.of(inputs, session()),
                Optional.ofNullable(experiment),
                projectDirectory(),
                limit(),
                dryRun());
    }

    private Map<String, String> withCallback() {
        Map<String, String> all = new LinkedHashMap<>(JobInputs.of(inputs, session()));
        new TargetDiscovery(System.getenv())
                .target(TargetDiscovery.Given.NOTHING)
                .map(this::reachable)
                .ifPresent(target -> all.putIfAbsent(
                        PullRequestCallback.INPUT, target.callback().toString()));
        return all;
    }

    /** What runs on this machine tells the emulator's copy of the service. */
    private PullRequestTarget reachable(PullRequestTarget target) {
        return isLocal()
                ? RunningEmulator.in(emulatorOptions().home())
                        .map(emulator ->
                                target.at(emulator.http().resolve(target.api().getPath())))
                        .orElse(target)
                : target;
    }

    /** What the parameters ask of the first API; empty when they ask for a batch endpoint. */
    Optional<PublishedPipelineRequest> publishedRequest() {
        Optional<String> version = Optional.ofNullable(pipelineVersion);
        List<PublishedPipelineRequest.Target> targets = new ArrayList<>();
        if (publishedPipelineId != null) {
            targets.add(new PublishedPipelineRequest.Published(publishedPipelineId));
        }
        if (pipelineEndpointId != null) {
            targets.add(new PublishedPipelineRequest.EndpointById(pipelineEndpointId, version));
        }
        if (pipelineEndpointName != null) {
            targets.add(new PublishedPipelineRequest.EndpointByName(pipelineEndpointName, version));
        }
        if (targets.size() > 1
                || (targets.size() == 1
                        && (endpoint != null || (publishedPipelineId != null && version.isPresent())))) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "aml:invoke-pipeline runs one pipeline, and a published pipeline of the first API has no versions")
                    .remedy(
                            "Set one of <endpoint>, <publishedPipelineId>, <pipelineEndpointId> and <pipelineEndpointName>;"
                                    + " <pipelineVersion> goes with all but <publishedPipelineId>.")
                    .build();
        }
        return targets.stream()
                .findFirst()
                .map(target -> new PublishedPipelineRequest(
                        target, JobInputs.of(inputs, session()), Optional.ofNullable(experiment), limit(), dryRun()));
    }

    private Optional<Duration> limit() {
        return waitForEnd ? Optional.of(TimeLimit.of("aml.run.timeout", timeout)) : Optional.empty();
    }

    private String endpoint() {
        if (endpoint != null) {
            return endpoint;
        }
        return PublishedEndpoint.of(outputDirectory(), "publish-pipeline")
                .or(() -> PublishedEndpoint.of(outputDirectory(), "deploy-batch"))
                .orElseThrow(() -> PublishedEndpoint.missing("aml:invoke-pipeline"));
    }

    private static GoalOutcome outcome(
            PipelineInvocationResult result, Optional<String> batchEndpoint, Progress progress) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        batchEndpoint.ifPresent(name -> outputs.put("endpoint", name));
        outputs.put("deployment", result.deployment());
        if (result.jobName().isEmpty()) {
            progress.info(result.body().toPrettyString());
            return GoalOutcome.dryRun(
                    result.deployment().isEmpty()
                            ? "Would run the pipeline of the first API"
                            : "Would run deployment " + result.deployment(),
                    outputs);
        }
        outputs.put("jobName", result.jobName());
        outputs.put("jobId", result.jobId());
        outputs.put("studioUrl", result.studioUrl());
        String of = batchEndpoint
                .map(name -> " (deployment " + result.deployment() + " of endpoint " + name + ")")
                .orElse("");
        String next = "'mvn aml:wait -Daml.job=" + result.jobName() + "'";
        return GoalOutcome.done(
                "Job " + result.jobName()
                        + (result.completed()
                                ? " completed" + of + "; " + next + " fetches its outputs"
                                : " was started" + of + "; " + next + " waits for it and fetches its outputs"),
                outputs);
    }
}
