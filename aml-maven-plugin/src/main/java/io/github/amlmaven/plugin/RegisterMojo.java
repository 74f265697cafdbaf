package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.model.ModelRegistration;
import io.github.amlmaven.core.model.ModelRegistrationRequest;
import io.github.amlmaven.core.model.ModelRegistrationResult;
import io.github.amlmaven.core.model.RegisteredModel;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.config.BuildNumber;
import io.github.amlmaven.plugin.record.GoalOutcome;
import io.github.amlmaven.plugin.record.LastRun;
import java.io.File;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Registers the model of {@code src/main/aml/model.yml} in the workspace: a file, a folder, or the output of a job.
 * Content that is registered already keeps its version; nothing is sent for it. A dry run reads the workspace and says
 * whether the content is there already, which version it would get, or fails because the version has other content. Writes
 * {@code model.json}, the contract between CI and CD.
 */
@Mojo(name = "register", defaultPhase = LifecyclePhase.PACKAGE, threadSafe = true)
public final class RegisterMojo extends AbstractWorkspaceMojo {

    /** The model's YAML file, of the az ml v2 model schema. */
    @Parameter(property = "aml.model.file", defaultValue = "${project.basedir}/src/main/aml/model.yml")
    private File modelFile;

    /** The model's name, instead of {@code name} of the file. */
    @Parameter(property = "aml.model.name")
    private @Nullable String modelName;

    /**
     * The version, instead of {@code version} of the file. Without any, the service counts on. A version that exists with
     * other content is never overwritten: the goal fails.
     */
    @Parameter(property = "aml.model.version")
    private @Nullable String modelVersion;

    /**
     * What the model consists of, instead of {@code path} of the file: a file or folder (relative to the project),
     * {@code azureml://jobs/<job>/outputs/<output>/paths/<path>}, {@code runs:/<job>/<path>} or
     * {@code azureml://datastores/<datastore>/paths/<path>}.
     */
    @Parameter(property = "aml.model.path")
    private @Nullable String modelPath;

    /**
     * The build's number for the tag {@code BuildId}. Without it, the CI system's own: {@code BUILD_BUILDID} of Azure
     * Pipelines, {@code GITHUB_RUN_ID} of GitHub Actions, {@code CI_PIPELINE_ID} of GitLab, {@code BUILD_ID} of Jenkins.
     */
    @Parameter(property = "aml.buildId")
    private @Nullable String buildId;

    /**
     * The job that made the files, for the model's lineage. Without it, the job of the last {@code aml:run} when the model's
     * files lie in its downloaded outputs, or the job that the path names.
     */
    @Parameter(property = "aml.model.job")
    private @Nullable String modelJob;

    /** Further tags of the version; they win over those of the file. */
    @Parameter
    private @Nullable Map<String, String> tags;

    /**
     * Figures of the model's evaluation; each becomes a tag {@code metric.<name>}. Without any, those that the last
     * {@code aml:run} read from its job.
     */
    @Parameter
    private @Nullable Map<String, Double> metrics;

    /** Where the hashes of models are kept for all projects of this user. */
    @Parameter(property = "aml.cache", defaultValue = "${user.home}/.aml/cache")
    private File cacheDirectory;

    /**
     * Reads every file of the model although size, times and inode say that none has changed. For file systems that
     * do not keep them.
     */
    @Parameter(property = "aml.verifyModel", defaultValue = "false")
    private boolean verifyModel;

    @Override
    protected boolean gated() {
        return true;
    }

    @Override
    protected GoalOutcome run(Progress progress) {
        ModelRegistrationRequest request = request();
        try (AzureClients clients = connect(progress)) {
            ModelRegistrationResult result =
                    new ModelRegistration(clients, specReader(), index(progress), progress).register(request);
            return outcome(result);
        }
    }

    private StampIndex index(Progress progress) {
        return StampIndex.inCache(cacheDirectory.toPath(), verifyModel, progress);
    }

    /** What the parameters ask for. */
    ModelRegistrationRequest request() {
        LastRun last = LastRun.in(outputDirectory());
        return new ModelRegistrationRequest(
                inProject(modelFile),
                projectDirectory(),
                Optional.ofNullable(modelName),
                Optional.ofNullable(modelVersion),
                Optional.ofNullable(modelPath),
                hasProject()
                        ? project().getGroupId() + ":" + project().getArtifactId() + ":"
                                + project().getVersion()
                        : "",
                BuildNumber.of(buildId, System.getenv()),
                Optional.ofNullable(modelJob),
                last.jobName()
                        .map(job -> new ModelRegistrationRequest.JobFiles(
                                job, outputDirectory().resolve("outputs"))),
                tags == null ? Map.of() : tags,
                metrics == null ? last.metrics() : metrics,
                dryRun());
    }

    private GoalOutcome outcome(ModelRegistrationResult result) {
        RegisteredModel model = result.model();
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("name", model.name());
        outputs.put("version", model.version());
        outputs.put("id", model.id());
        outputs.put("digest", model.digest());
        String job = result.body().at("/properties/jobName").asText("");
        outputs.put("jobName", job);
        if (!job.isEmpty()) {
            LastRun.describe(outputDirectory(), job).ifPresent(facts -> outputs.put("job", facts));
        }
        return switch (result.outcome()) {
            case WOULD_REGISTER, WOULD_KEEP -> GoalOutcome.dryRun(result.sentence(), outputs);
            case REGISTERED -> {
                model.write(outputDirectory().resolve("model.json"));
                yield GoalOutcome.done(result.sentence(), outputs);
            }
            case UNCHANGED -> {
                model.write(outputDirectory().resolve("model.json"));
                yield GoalOutcome.upToDate(result.sentence(), outputs);
            }
        };
    }
}
