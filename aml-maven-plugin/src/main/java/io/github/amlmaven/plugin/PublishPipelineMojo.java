package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.pipeline.PipelinePublication;
import io.github.amlmaven.core.pipeline.PipelinePublicationRequest;
import io.github.amlmaven.core.pipeline.PipelinePublicationResult;
import io.github.amlmaven.core.pipeline.PublishedVersions;
import io.github.amlmaven.core.pipeline.PullRequestCallback;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.PublishedEndpoint;
import java.io.File;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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

    /**
     * How many versions stay published: the oldest deployments beyond that are deleted, never the default one. Their
     * components stay. Without it, nothing is deleted.
     */
    @Parameter(property = "aml.pipeline.keepVersions")
    private @Nullable Integer keepVersions;

    /**
     * Makes a version that is published already the default of {@code endpoint}, and publishes nothing: the way back to an
     * earlier version.
     */
    @Parameter(property = "aml.pipeline.defaultVersion")
    private @Nullable String defaultVersion;

    /**
     * Whether the pipeline gets a further step that tells a pull request how the others have ended, so that no build needs
     * to wait. Whom to tell is an input of the published pipeline, {@code callback_url}: without it nobody is told, and
     * {@code aml:invoke-pipeline} with {@code callback} sets it. The step waits while the others run, a failure of one of
     * them does not stop those that do not depend on it ({@code continue_on_step_failure}).
     */
    @Parameter(property = "aml.pipeline.callback", defaultValue = "false")
    private boolean callback;

    /**
     * Where the callback runs. A cluster with one node is no place for it: it would wait for steps that wait for the node.
     */
    @Parameter(property = "aml.pipeline.callback.compute", defaultValue = "serverless")
    private String callbackCompute;

    /**
     * The secret of a Key Vault that holds the callback's token, {@code https://<vault>.vault.azure.net/secrets/<name>},
     * read with the managed identity of the compute. Without it the compute must have the environment variable
     * {@code AML_CALLBACK_TOKEN}. The token itself is never written into the pipeline.
     */
    @Parameter(property = "aml.pipeline.callback.secret")
    private @Nullable String callbackSecret;

    /** What tells the callback's report from others on the same pull request. */
    @Parameter(property = "aml.pipeline.callback.context", defaultValue = "azure-ml")
    private String callbackContext;

    /** Further tags of component, endpoint and deployment. */
    @Parameter
    private @Nullable Map<String, String> tags;

    /** How long to wait for the endpoint and for the deployment, each: {@code 90s}, {@code 30m}. */
    @Parameter(property = "aml.pipeline.timeout", defaultValue = "30m")
    private String timeout;

    @Override
    protected GoalOutcome run(Progress progress) {
        if (defaultVersion != null) {
            return changeDefault(defaultVersion, progress);
        }
        PipelinePublicationRequest request = request();
        try (AzureClients clients = connect(progress)) {
            return outcome(new PipelinePublication(clients, specReader(), progress).publish(request), progress);
        }
    }

    /** What the parameters ask for. */
    PipelinePublicationRequest request() {
        return new PipelinePublicationRequest(
                inProject(pipelineFile),
                projectDirectory(),
                Optional.ofNullable(pipelineName),
                Optional.of(project().getArtifactId()),
                Optional.ofNullable(endpoint),
                Optional.ofNullable(pipelineVersion),
                Optional.ofNullable(defaultCompute),
                tags == null ? Map.of() : tags,
                makeDefault,
                kept(),
                callback
                        ? Optional.of(new PullRequestCallback.Terms(
                                callbackCompute,
                                Optional.ofNullable(callbackSecret),
                                callbackContext,
                                outputDirectory().resolve("callback").toAbsolutePath()))
                        : Optional.empty(),
                TimeLimit.of("aml.pipeline.timeout", timeout),
                dryRun());
    }

    private OptionalInt kept() {
        if (keepVersions == null) {
            return OptionalInt.empty();
        }
        if (keepVersions < 1) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "keepVersions is " + keepVersions)
                    .remedy("Set <keepVersions> or -Daml.pipeline.keepVersions to 1 or more.")
                    .build();
        }
        return OptionalInt.of(keepVersions);
    }

    private GoalOutcome changeDefault(String version, Progress progress) {
        String name = endpoint != null ? endpoint : PublishedEndpoint.required(outputDirectory(), "defaultVersion");
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("endpoint", name);
        outputs.put("version", version);
        try (AzureClients clients = connect(progress)) {
            boolean changed = new PublishedVersions(clients, progress)
                    .makeDefault(name, version, TimeLimit.of("aml.pipeline.timeout", timeout), dryRun());
            String what = "Version " + version + " is the default of endpoint " + name;
            if (!changed) {
                return GoalOutcome.upToDate(what + " already", outputs);
            }
            return dryRun()
                    ? GoalOutcome.dryRun("Would make version " + version + " the default of endpoint " + name, outputs)
                    : GoalOutcome.done(what + " now", outputs);
        }
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
