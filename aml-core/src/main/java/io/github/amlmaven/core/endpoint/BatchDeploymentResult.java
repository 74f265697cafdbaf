package io.github.amlmaven.core.endpoint;

import java.util.List;

/**
 * A batch endpoint as it is now.
 *
 * @param all the deployment and the ones that were there before, by name
 * @param url where it is invoked; empty in a dry run of an endpoint that does not exist
 * @param changes what was changed, or would be
 */
public record BatchDeploymentResult(
        String endpoint, String endpointId, String deployment, List<String> all, String url, List<String> changes) {

    public BatchDeploymentResult {
        all = List.copyOf(all);
        changes = List.copyOf(changes);
    }
}
