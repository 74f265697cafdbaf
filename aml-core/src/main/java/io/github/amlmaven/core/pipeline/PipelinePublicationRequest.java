package io.github.amlmaven.core.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A pipeline to publish.
 *
 * @param file pipeline job, pipeline component, or a pipeline of the first API
 * @param projectDirectory what paths must not leave
 * @param name the published pipeline's name; {@code name} of the file when absent
 * @param project the project's name, for a file without a name that is just called pipeline
 * @param endpoint the batch endpoint's name; made of the pipeline's name when absent
 * @param version the version; made of the content when absent here and in the file
 * @param defaultCompute where steps without a compute run; wins over the file
 * @param tags further tags of component, endpoint and deployment
 * @param makeDefault whether an invocation without a version shall run this one
 * @param keepVersions how many deployments stay, the newest ones; the default one stays in any case; all when absent
 * @param callback a further step that tells a pull request how the others ended; none when absent
 * @param timeout how long to wait for endpoint and deployment, each
 * @param dryRun whether to send nothing
 */
public record PipelinePublicationRequest(
        Path file,
        Path projectDirectory,
        Optional<String> name,
        Optional<String> project,
        Optional<String> endpoint,
        Optional<String> version,
        Optional<String> defaultCompute,
        Map<String, String> tags,
        boolean makeDefault,
        OptionalInt keepVersions,
        Optional<PullRequestCallback.Terms> callback,
        Duration timeout,
        boolean dryRun) {

    public PipelinePublicationRequest {
        tags = Map.copyOf(tags);
    }
}
