package io.github.amlmaven.core.endpoint;

import io.github.amlmaven.core.traffic.TrafficSplit;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An endpoint as it serves now.
 *
 * @param endpointId ARM id
 * @param scoringUri empty in a dry run of an endpoint that does not exist
 * @param deployments those that were asked for
 * @param all those and the ones that were there before, by name
 * @param changes what was changed, or would be, as sentences' ends: {@code deployment green created}
 * @param keysFile empty when the endpoint takes no keys
 */
public record OnlineDeploymentResult(
        String endpoint,
        String endpointId,
        String scoringUri,
        List<String> deployments,
        List<String> all,
        TrafficSplit traffic,
        List<String> changes,
        Optional<Path> keysFile) {

    public OnlineDeploymentResult {
        deployments = List.copyOf(deployments);
        all = List.copyOf(all);
        changes = List.copyOf(changes);
    }
}
