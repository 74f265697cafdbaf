package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.Redaction;
import io.github.amlmaven.core.job.JobRun;
import io.github.amlmaven.core.job.JobRunRequest;
import io.github.amlmaven.core.job.JobRunResult;
import io.github.amlmaven.core.job.SubmittedJob;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.config.JobInputs;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Runs a job of the workspace, a command or a pipeline: submits it, shows its log (that of each step of a pipeline, with
 * the step's name in front), waits for its end, and downloads its named outputs to {@code target/aml/outputs/<name>}. Its
 * metrics are left in {@code target/aml/metrics.json}, and as a table for a pull request in {@code metrics.md}. A job that completed before with the same code, inputs and
 * environment is not run again while its outputs are here.
 */
@Mojo(name = "run", defaultPhase = LifecyclePhase.PROCESS_CLASSES, threadSafe = true)
public final class RunMojo extends AbstractJobMojo {

    /** The job's YAML file, of the az ml v2 command or pipeline job schema, or a pipeline of the
     * first API ({@code pipeline:} with PythonScriptSteps). */
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

    /**
     * Whether to follow the job to its end. Without it the goal submits the job and ends; {@code aml:wait} follows it
     * later, in this build or another.
     */
    @Parameter(property = "aml.run.wait", defaultValue = "true")
    private boolean waitForEnd;

    /**
     * Whether a job that completed with the same content is left alone, as long as its downloaded outputs are still here.
     * Then nothing is sent at all. Set it to {@code false} to run the job in any case.
     */
    @Parameter(property = "aml.run.skipUnchanged", defaultValue = "true")
    private boolean skipUnchanged;

    @Override
    protected GoalOutcome run(Progress progress) {
        JobRunRequest request = request();
        try (AzureClients clients = connect(progress)) {
            JobRunResult result =
                    new JobRun(clients, specReader(), progress).run(request, job -> follow(job, clients, progress));
            return outcome(result, progress);
        } finally {
            leave();
        }
    }

    /** What the parameters ask for. */
    JobRunRequest request() {
        return new JobRunRequest(
                inProject(jobFile),
                projectDirectory(),
                JobInputs.of(inputs, session()),
                Optional.ofNullable(jobName),
                Optional.ofNullable(experiment),
                tags == null ? Map.of() : tags,
                timeout(),
                waitForEnd,
                cancelOnInterrupt(),
                outputDirectory().resolve("outputs"),
                outputDirectory(),
                outputDirectory().resolve("run.json"),
                skipUnchanged,
                dryRun());
    }

    @Override
    Map<String, Object> origin(String name) {
        Path file = inProject(jobFile).toAbsolutePath().normalize();
        Path folder = projectDirectory().toAbsolutePath().normalize();
        Map<String, Object> origin = new LinkedHashMap<>();
        origin.put(
                "jobFile",
                (file.startsWith(folder) ? folder.relativize(file) : file)
                        .toString()
                        .replace(File.separatorChar, '/'));
        Map<String, String> given = new TreeMap<>();
        JobInputs.of(inputs, session()).forEach((input, value) -> given.put(input, Redaction.of(value)));
        if (!given.isEmpty()) {
            origin.put("inputs", given);
        }
        return origin;
    }

    private GoalOutcome outcome(JobRunResult result, Progress progress) {
        String job = "Job " + result.jobName();
        return switch (result.outcome()) {
            case DRY_RUN -> {
                progress.info(result.body().toPrettyString());
                yield GoalOutcome.dryRun(
                        "Would submit job " + result.jobName(),
                        Map.of("body", result.body().toString()));
            }
            case UNCHANGED ->
                GoalOutcome.upToDate(job + " completed with the same content; it was not run again", outputs(result));
            case SUBMITTED -> {
                if (endsWithBuild()) {
                    progress.warn(
                            job + " ends with this build, because the emulator does; 'mvn aml:emulator-start' starts"
                                    + " one that goes on");
                }
                yield GoalOutcome.submitted(
                        job + " goes on; 'mvn aml:wait' waits for it",
                        pending(new SubmittedJob(result.jobName(), result.fingerprint(), result.studioUrl())));
            }
            case COMPLETED -> GoalOutcome.done(job + " completed", outputs(result));
        };
    }
}
