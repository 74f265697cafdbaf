package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.pipeline.PipelinePublication;
import io.github.amlmaven.core.pipeline.PipelinePublicationRequest;
import io.github.amlmaven.core.pipeline.PipelinePublicationResult;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a pipeline, so that it can be run by name: registers it as a version of a pipeline component, makes a batch
 * endpoint and a deployment of that version, and makes it the endpoint's default. The same pipeline published again changes
 * nothing. Pipelines of the first API ({@code pipeline:} with PythonScriptStep) are read too.
 */
@Mojo(name = "publish-pipeline", defaultPhase = LifecyclePhase.DEPLOY, threadSafe = true)
public final class PublishPipelineMojo extends AbstractWorkspaceMojo {

    /** The pipeline's YAML file: a pipeline job, a pipeline component, or a pipeline of the first API. */
    @Parameter(property = "aml.pipeline.file", defaultValue = "${project.basedir}/src/main/aml/pipeline.yml")
    private File pipelineFile;

    /**
     * The pipeline's name. Default: {@code name} of the file; without one the file's own name, {@code train} for {@code
     * train.yml}; for a file called {@code pipeline.yml} the artifactId.
     */
    @Parameter(property = "aml.pipeline.name")
    private @Nullable String pipelineName;

    /** The batch endpoint's name: 3 to 32 letters, digits and hyphens. Default: made of the pipeline's name. */
    @Parameter(property = "aml.pipeline.endpoint")
    private @Nullable String endpoint;

    /**
     * The version, instead of {@code version} of the file. Without any, it is made of the content: steps, code,
     * environments and settings.
     */
    @Parameter(property = "aml.pipeline.version")
    private @Nullable String pipelineVersion;

    /** Where steps without a compute of their own run, instead of {@code settings.default_compute} of the file. */
    @Parameter(property = "aml.pipeline.defaultCompute")
    private @Nullable String defaultCompute;

    /** Whether an invocation without a version runs this one from now on. */
    @Parameter(property = "aml.pipeline.makeDefault", defaultValue = "true")
    private boolean makeDefault;

    /** Further tags of component, endpoint and deployment. */
    @Parameter
    private @Nullable Map<String, String> tags;

    /** How long to wait for the endpoint and for the deployment, each: {@code 90s}, {@code 30m}. */
    @Parameter(property = "aml.pipeline.timeout", defaultValue = "30m")
    private String timeout;

    @Override
    protected GoalOutcome run(Progress progress) {
        PipelinePublicationRequest request = request();
        try (AzureClients clients = connect(progress)) {
            return outcome(new PipelinePublication(clients, specReader(), progress).publish(request), progress);
        }
    }

    /** What the parameters ask for. */
    PipelinePublicationRequest request() {
        return new PipelinePublicationRequest(
                pipelineFile.toPath(),
                projectDirectory(),
                Optional.ofNullable(pipelineName),
                Optional.of(project().getArtifactId()),
                Optional.ofNullable(endpoint),
                Optional.ofNullable(pipelineVersion),
                Optional.ofNullable(defaultCompute),
                tags == null ? Map.of() : tags,
                makeDefault,
                TimeLimit.of("aml.pipeline.timeout", timeout),
                dryRun());
    }

    private static GoalOutcome outcome(PipelinePublicationResult result, Progress progress) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("componentId", result.componentId());
        outputs.put("endpoint", result.endpoint());
        outputs.put("deployment", result.deployment());
        outputs.put("version", result.version());
        outputs.put("url", result.url());
        return switch (result.outcome()) {
            case DRY_RUN -> {
                progress.info(result.body().toPrettyString());
                yield GoalOutcome.dryRun(result.sentence(), outputs);
            }
            case PUBLISHED -> GoalOutcome.done(result.sentence(), outputs);
            case UNCHANGED -> GoalOutcome.upToDate(result.sentence(), outputs);
        };
    }
}
