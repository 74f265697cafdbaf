package io.github.amlmaven.core.endpoint;

import io.github.amlmaven.core.scoring.ScoringKeyFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An online endpoint and its deployments.
 *
 * @param host where the files must say that it serves
 * @param endpointFile az ml v2 YAML of the endpoint
 * @param deploymentFiles az ml v2 YAML of the deployments, in the order in which they are made
 * @param modelRecord the {@code model.json} of the model for deployments that name none; it need not exist
 * @param traffic percent by deployment; empty leaves it to the endpoint's file
 * @param keyFile where the endpoint's keys are put
 * @param limit how long to wait for the endpoint and for each deployment
 */
public record OnlineDeploymentRequest(
        Host host,
        Path endpointFile,
        List<Path> deploymentFiles,
        Path projectDirectory,
        Path modelRecord,
        Optional<Map<String, Integer>> traffic,
        ScoringKeyFile keyFile,
        Duration limit,
        boolean dryRun) {

    /** What an endpoint's deployments run on. */
    public enum Host {
        /** Machines of Azure Machine Learning. */
        MANAGED,
        /** A Kubernetes cluster that is attached to the workspace as compute. */
        KUBERNETES
    }

    public OnlineDeploymentRequest {
        deploymentFiles = List.copyOf(deploymentFiles);
    }
}
