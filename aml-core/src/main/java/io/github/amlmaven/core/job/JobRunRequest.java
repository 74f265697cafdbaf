package io.github.amlmaven.core.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A job to run.
 *
 * @param file the job's YAML: a command or a pipeline
 * @param projectDirectory what paths must not leave
 * @param inputs values for inputs of the job, by name
 * @param name the job's name in the workspace; made up when absent
 * @param experimentName instead of the file's
 * @param tags further tags; they win over the file's
 * @param timeout how long to wait for the job
 * @param waitForEnd whether to follow the job to its end; otherwise it is submitted only
 * @param cancelOnInterrupt whether the job is canceled when the waiting thread is interrupted
 * @param outputDirectory where named outputs go, each in a folder of its name
 * @param reportDirectory where {@code metrics.json} and {@code metrics.md} go
 * @param previous the result file of the last run, for {@code skipUnchanged}
 * @param skipUnchanged whether a job that completed with the same content is not run again
 * @param dryRun whether to send nothing
 */
public record JobRunRequest(
        Path file,
        Path projectDirectory,
        Map<String, String> inputs,
        Optional<String> name,
        Optional<String> experimentName,
        Map<String, String> tags,
        Duration timeout,
        boolean waitForEnd,
        boolean cancelOnInterrupt,
        Path outputDirectory,
        Path reportDirectory,
        Path previous,
        boolean skipUnchanged,
        boolean dryRun) {

    public JobRunRequest {
        inputs = Map.copyOf(inputs);
        tags = Map.copyOf(tags);
    }
}
