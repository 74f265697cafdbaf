package io.github.amlmaven.core.kubernetes;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A rolled out model.
 *
 * @param scoringUri where to POST; within the cluster only when {@code reachable} is false
 * @param reachable whether the address is meant for callers outside the cluster
 * @param image the image it runs
 * @param generation of the Deployment
 * @param replicas pods that are available
 * @param keysFile where its keys are, when it asks for one
 * @param changed whether any object was changed
 */
public record KubernetesResult(
        String namespace,
        String name,
        URI scoringUri,
        boolean reachable,
        String image,
        long generation,
        int replicas,
        Optional<Path> keysFile,
        boolean changed) {}
