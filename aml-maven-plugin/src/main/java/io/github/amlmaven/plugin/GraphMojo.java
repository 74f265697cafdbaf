package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.graph.PipelineDrawing;
import io.github.amlmaven.core.job.JobStanding;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Draws a pipeline as SVG: its steps with what runs them and where, the data between them, its inputs, outputs and
 * parameters. Pipelines of the first API are drawn as what they become. After {@code aml:run} the steps have the colours of
 * that run. Asks no service, unless {@code job} names a job of the workspace. {@code aml:graph-report} makes a page of the
 * Maven site of it.
 */
@Mojo(name = "graph", requiresProject = false, threadSafe = true)
public final class GraphMojo extends AbstractWorkspaceMojo {

    /** What to draw: a pipeline job, a pipeline component, a pipeline of the first API, or a job of one step. */
    @Parameter(property = "aml.pipeline.file", defaultValue = "${project.basedir}/src/main/aml/pipeline.yml")
    private File pipelineFile;

    /** Where the picture goes. Default: beside the results of the goals, by the name of the pipeline's file. */
    @Parameter(property = "aml.graph.file")
    private @Nullable File graphFile;

    /**
     * A job of the workspace whose states colour the steps. Default: the job that {@code aml:run} or {@code aml:wait} has
     * followed last in this project, if it was of this pipeline.
     */
    @Parameter(property = "aml.job")
    private @Nullable String job;

    /** Whether steps have the colours of a run at all. */
    @Parameter(property = "aml.graph.states", defaultValue = "true")
    private boolean states;

    @Override
    protected GoalOutcome run(Progress progress) {
        PipelineDrawing.Request request =
                new PipelineDrawing.Request(inProject(pipelineFile), projectDirectory(), standing(progress));
        PipelineDrawing drawing = new PipelineDrawing(specReader());
        Path target = target();
        PipelineDrawing.Drawing drawn = dryRun() ? drawing.draw(request) : drawing.write(request, target);
        if (job != null && !drawn.coloured()) {
            progress.warn("Job " + job + " has other steps than " + pipelineFile.getName() + "; no step is coloured");
        }
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("file", target.toString());
        outputs.put("steps", drawn.steps().size());
        outputs.put("edges", drawn.edges());
        outputs.put("coloured", drawn.coloured());
        String what = drawn.title() + ": " + drawn.steps().size() + " steps";
        return dryRun()
                ? GoalOutcome.dryRun("Would draw " + what + " in " + target, outputs)
                : GoalOutcome.done("Drew " + what + " in " + target, outputs);
    }

    /** Where the picture goes. */
    Path target() {
        return graphFile != null
                ? inProject(graphFile)
                : outputDirectory().resolve(pipelineFile.getName().replaceFirst("\\.[^.]*$", "") + ".svg");
    }

    private Optional<JobStanding> standing(Progress progress) {
        if (!states) {
            return Optional.empty();
        }
        if (job == null) {
            return JobStanding.in(outputDirectory());
        }
        try (AzureClients clients = connect(progress)) {
            return Optional.of(JobStanding.now(clients, progress, job));
        }
    }
}
