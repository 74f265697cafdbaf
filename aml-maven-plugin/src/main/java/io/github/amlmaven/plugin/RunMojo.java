package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.job.JobRun;
import io.github.amlmaven.core.job.JobRunRequest;
import io.github.amlmaven.core.job.JobRunResult;
import io.github.amlmaven.core.progress.Progress;
import java.io.File;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Runs a job of the workspace, a command or a pipeline: submits it, shows its log, waits for its end, and downloads its
 * named outputs to {@code target/aml/outputs/<name>}. A job that completed before with the same code, inputs and
 * environment is not run again while its outputs are here.
 */
@Mojo(name = "run", defaultPhase = LifecyclePhase.PROCESS_CLASSES, threadSafe = true)
public final class RunMojo extends AbstractWorkspaceMojo {

    /** The job's YAML file, of the az ml v2 command or pipeline job schema. */
    @Parameter(property = "aml.job.file", defaultValue = "${project.basedir}/src/main/aml/train.yml")
    private File jobFile;

    /**
     * Values for inputs of the job, by name. On the command line: {@code -Daml.inputs.<name>=<value>}, which wins over the
     * POM. Inputs that are data take what {@code path} takes in the file.
     */
    @Parameter
    private @Nullable Map<String, String> inputs;

    /** The job's name in the workspace, instead of one that is made up. It must be new for each run. */
    @Parameter(property = "aml.job.name")
    private @Nullable String jobName;

    /** The experiment, instead of {@code experiment_name} of the file. */
    @Parameter(property = "aml.experiment")
    private @Nullable String experiment;

    /** Further tags of the job; they win over those of the file. */
    @Parameter
    private @Nullable Map<String, String> tags;

    /** How long to wait for the job: {@code 90s}, {@code 30m}, {@code 2h}. The job itself goes on after that. */
    @Parameter(property = "aml.run.timeout", defaultValue = "2h")
    private String timeout;

    /**
     * Whether a job that completed with the same content is left alone, as long as its downloaded outputs are still here.
     * Then nothing is sent at all. Set it to {@code false} to run the job in any case.
     */
    @Parameter(property = "aml.run.skipUnchanged", defaultValue = "true")
    private boolean skipUnchanged;

    @Override
    protected GoalOutcome run(Progress progress) {
        JobRunRequest request = new JobRunRequest(
                jobFile.toPath(),
                projectDirectory(),
                JobInputs.of(inputs, session()),
                Optional.ofNullable(jobName),
                Optional.ofNullable(experiment),
                tags == null ? Map.of() : tags,
                TimeLimit.of("aml.run.timeout", timeout),
                outputDirectory().resolve("outputs"),
                outputDirectory().resolve("run.json"),
                skipUnchanged,
                dryRun());
        try (AzureClients clients = connect(progress)) {
            JobRunResult result = new JobRun(clients, specReader(), progress).run(request);
            return outcome(result, progress);
        }
    }

    private static GoalOutcome outcome(JobRunResult result, Progress progress) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("jobName", result.jobName());
        outputs.put("jobStatus", result.status());
        outputs.put("fingerprint", result.fingerprint());
        outputs.put("studioUrl", result.studioUrl());
        outputs.put("outputs", result.outputs());
        outputs.put("metrics", result.metrics());
        return switch (result.outcome()) {
            case DRY_RUN -> {
                progress.info(result.body().toPrettyString());
                yield GoalOutcome.dryRun(
                        "Would submit job " + result.jobName(),
                        Map.of("body", result.body().toString()));
            }
            case UNCHANGED ->
                GoalOutcome.upToDate(
                        "Job " + result.jobName() + " completed with the same content; it was not run again", outputs);
            case COMPLETED -> GoalOutcome.done("Job " + result.jobName() + " completed", outputs);
        };
    }
}
