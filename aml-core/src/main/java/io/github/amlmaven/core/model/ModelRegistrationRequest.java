package io.github.amlmaven.core.model;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What to register.
 *
 * @param file the model's YAML
 * @param projectDirectory what paths must not leave
 * @param name instead of the file's
 * @param version instead of the file's; an explicit version is never counted on
 * @param path instead of the file's: a file, a folder, or the output of a job
 * @param gav the Maven coordinates of the build; empty outside a project
 * @param buildId the CI's number of the build
 * @param jobName the job that made the files, when the path does not say it
 * @param downloaded the job whose outputs were downloaded last; a model from there is that job's
 * @param tags further tags; they win over the file's
 * @param metrics figures of the evaluation; each becomes a tag {@code metric.<name>}
 * @param dryRun whether to send nothing that changes anything
 */
public record ModelRegistrationRequest(
        Path file,
        Path projectDirectory,
        Optional<String> name,
        Optional<String> version,
        Optional<String> path,
        String gav,
        Optional<String> buildId,
        Optional<String> jobName,
        Optional<JobFiles> downloaded,
        Map<String, String> tags,
        Map<String, Double> metrics,
        boolean dryRun) {

    /**
     * Outputs of a job on this machine.
     *
     * @param jobName the job's name
     * @param directory where they were downloaded to
     */
    public record JobFiles(String jobName, Path directory) {}

    public ModelRegistrationRequest {
        tags = Map.copyOf(tags);
        metrics = Map.copyOf(metrics);
    }
}
