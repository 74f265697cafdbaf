package io.github.amlmaven.core.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A published pipeline to run.
 *
 * @param endpoint the batch endpoint's name
 * @param version the version; the endpoint's default when absent
 * @param inputs values by name: text for a parameter; a path, URI or {@code azureml:} reference for data
 * @param experimentName the experiment; the service's own when absent
 * @param directory what relative paths in inputs start from
 * @param timeout how long to wait for the job; none means not to wait
 * @param dryRun whether to send nothing that changes anything
 */
public record PipelineInvocationRequest(
        String endpoint,
        Optional<String> version,
        Map<String, String> inputs,
        Optional<String> experimentName,
        Path directory,
        Optional<Duration> timeout,
        boolean dryRun) {

    public PipelineInvocationRequest {
        inputs = Map.copyOf(inputs);
    }
}
