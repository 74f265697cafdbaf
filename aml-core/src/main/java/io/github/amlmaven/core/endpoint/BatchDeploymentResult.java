package io.github.amlmaven.core.endpoint;

import java.util.List;

/**
 * A batch endpoint as it is now.
 *
 * @param url where it is invoked; empty in a dry run of an endpoint that does not exist
 * @param changes what was changed, or would be
 */
public record BatchDeploymentResult(
        String endpoint, String endpointId, String deployment, String url, List<String> changes) {

    public BatchDeploymentResult {
        changes = List.copyOf(changes);
    }
}
