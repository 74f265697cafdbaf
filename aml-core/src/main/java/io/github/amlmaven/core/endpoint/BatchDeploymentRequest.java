package io.github.amlmaven.core.endpoint;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A batch endpoint and a deployment of a model or a pipeline component behind it.
 *
 * @param endpointFile az ml v2 YAML of the endpoint
 * @param deploymentFile az ml v2 YAML of the deployment
 * @param modelRecord the {@code model.json} of the model for a deployment that names neither model nor component; it need not exist
 * @param makeDefault whether an invocation that names no deployment runs this one from now on
 * @param limit how long to wait for endpoint and deployment, each
 */
public record BatchDeploymentRequest(
        Path endpointFile,
        Path deploymentFile,
        Path projectDirectory,
        Path modelRecord,
        boolean makeDefault,
        Duration limit,
        boolean dryRun) {}
