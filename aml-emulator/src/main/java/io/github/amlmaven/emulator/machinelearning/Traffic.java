package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The rules of an endpoint's traffic, mirror traffic and default deployment. */
record Traffic(ResourceStore resources) {

    /**
     * Refuses shares that do not add up, names of deployments that do not exist, and what cannot be mirrored: to more than one
     * deployment, more than half, or to one that gets live traffic
     * (https://learn.microsoft.com/azure/machine-learning/how-to-safely-rollout-online-endpoints, "Test the deployment with
     * mirrored traffic"). The service's own words are not known.
     */
    void check(ResourceId endpoint, EndpointKind kind, JsonNode properties) {
        if (kind == EndpointKind.BATCH) {
            String deployment =
                    properties.path("defaults").path("deploymentName").asText("");
            if (!deployment.isEmpty()) {
                mustExist(endpoint, deployment);
            }
            return;
        }
        int sum = shares(endpoint, properties.path("traffic"));
        if (sum != 0 && sum != 100) {
            throw WorkspaceScope.userError(
                    "The traffic of an endpoint must add up to 0 or 100 percent, not " + sum + ".");
        }
        int mirrored = shares(endpoint, properties.path("mirrorTraffic"));
        Set<String> shadows = receiving(properties.path("mirrorTraffic"));
        if (shadows.size() > 1 || mirrored > 50) {
            throw WorkspaceScope.userError("Traffic can be mirrored to one deployment only, and at most 50 percent.");
        }
        shadows.retainAll(receiving(properties.path("traffic")));
        if (!shadows.isEmpty()) {
            throw WorkspaceScope.userError("The deployment " + String.join("", shadows)
                    + " can receive either live traffic or mirror traffic, not both.");
        }
        if (mirrored > 0 && !properties.path("compute").asText().isEmpty()) {
            throw WorkspaceScope.userError("Kubernetes endpoints have no mirror traffic.");
        }
    }

    private static Set<String> receiving(JsonNode shares) {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        shares.properties().stream()
                .filter(share -> share.getValue().asInt() > 0)
                .forEach(share -> names.add(share.getKey()));
        return names;
    }

    private int shares(ResourceId endpoint, JsonNode shares) {
        int sum = 0;
        for (Map.Entry<String, JsonNode> share : shares.properties()) {
            int percent = share.getValue().asInt();
            if (percent < 0 || percent > 100) {
                throw WorkspaceScope.userError("The traffic of " + share.getKey() + " must be from 0 to 100.");
            }
            mustExist(endpoint, share.getKey());
            sum += percent;
        }
        return sum;
    }

    private void mustExist(ResourceId endpoint, String deployment) {
        if (resources.get(endpoint.child("deployments", deployment)).isEmpty()) {
            throw WorkspaceScope.userError(
                    "The endpoint " + endpoint.name() + " has no deployment '" + deployment + "'.");
        }
    }

    /** The percentage that goes to a deployment, mirrored requests included. */
    int of(ResourceId endpoint, String deployment) {
        return resources
                .get(endpoint)
                .map(document -> document.path("properties"))
                .map(properties -> properties.path("traffic").path(deployment).asInt()
                        + properties.path("mirrorTraffic").path(deployment).asInt())
                .orElse(0);
    }
}
