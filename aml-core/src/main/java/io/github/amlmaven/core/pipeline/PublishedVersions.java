package io.github.amlmaven.core.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.arm.WaitOptions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The versions that an endpoint has: which is the default, and which are old enough to go. */
public final class PublishedVersions {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final AzureClients clients;
    private final Progress progress;

    public PublishedVersions(AzureClients clients, Progress progress) {
        this.clients = clients;
        this.progress = progress;
    }

    /**
     * Makes a published version the one that an invocation without a version runs.
     *
     * @return whether it was another one before
     */
    public boolean makeDefault(String endpoint, String version, Duration limit, boolean dryRun) {
        String endpointId = id(endpoint);
        ObjectNode current = clients.arm()
                .find(endpointId, ApiVersions.MACHINE_LEARNING)
                .orElseThrow(() -> missing("The workspace has no batch endpoint '" + endpoint + "'"));
        String deployment = PipelineNames.deployment(version);
        List<String> published = deployments(endpointId).stream()
                .map(each -> each.path("name").asText())
                .toList();
        if (!published.contains(deployment)) {
            throw missing("The endpoint '" + endpoint + "' has no deployment '" + deployment + "'; it has "
                    + String.join(", ", published));
        }
        if (deployment.equals(defaultOf(current))) {
            return false;
        }
        if (!dryRun) {
            setDefault(endpointId, current, deployment, clients.waitUpTo(limit));
        }
        return true;
    }

    /**
     * Deletes the oldest deployments beyond {@code keep}: never the default, never the one that was just published. The
     * components stay, since runs refer to them.
     *
     * @return how many were deleted
     */
    int prune(String endpoint, String published, int keep, Duration limit) {
        String endpointId = id(endpoint);
        String standard = defaultOf(clients.arm().get(endpointId, ApiVersions.MACHINE_LEARNING));
        List<ObjectNode> all = deployments(endpointId);
        List<ObjectNode> old = all.stream()
                .filter(each -> !each.path("name").asText().equals(standard))
                .filter(each -> !each.path("name").asText().equals(published))
                .sorted(Comparator.comparing(PublishedVersions::created))
                .limit(Math.max(0, all.size() - keep))
                .toList();
        for (ObjectNode each : old) {
            String name = each.path("name").asText();
            clients.arm()
                    .deleteAndWait(
                            endpointId + "/deployments/" + name, ApiVersions.MACHINE_LEARNING, clients.waitUpTo(limit));
            progress.info("Deleted deployment " + name + ", older than the " + keep + " that stay");
        }
        return old.size();
    }

    private static String created(ObjectNode deployment) {
        return deployment.at("/systemData/createdAt").asText();
    }

    private static String defaultOf(ObjectNode endpoint) {
        return endpoint.at("/properties/defaults/deploymentName").asText();
    }

    private List<ObjectNode> deployments(String endpointId) {
        return clients.arm()
                .list(endpointId + "/deployments", ApiVersions.MACHINE_LEARNING, Map.of())
                .toList();
    }

    private String id(String endpoint) {
        return clients.workspace().armId() + "/batchEndpoints/" + endpoint;
    }

    private static AmlException missing(String what) {
        return AmlException.of(ErrorCode.PIPELINE_NOT_FOUND, what).build();
    }

    /** The service takes a default only with the whole endpoint; PATCH knows tags and identity. */
    ObjectNode setDefault(String id, ObjectNode endpoint, String deployment, WaitOptions wait) {
        ObjectNode body = JSON.objectNode();
        body.set("location", endpoint.path("location"));
        body.set("tags", endpoint.path("tags").isObject() ? endpoint.get("tags") : JSON.objectNode());
        if (endpoint.hasNonNull("identity")) {
            body.set("identity", endpoint.get("identity"));
        }
        ObjectNode properties = body.putObject("properties");
        JsonNode current = endpoint.path("properties");
        properties.put("authMode", current.path("authMode").asText("aadToken"));
        if (current.hasNonNull("description")) {
            properties.set("description", current.get("description"));
        }
        properties.set(
                "properties", current.path("properties").isObject() ? current.get("properties") : JSON.objectNode());
        properties.putObject("defaults").put("deploymentName", deployment);
        ObjectNode updated = clients.arm().putAndWait(id, ApiVersions.MACHINE_LEARNING, body, wait);
        progress.info("The default is now " + deployment);
        return updated;
    }
}
