package io.github.amlmaven.core.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.WaitOptions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.traffic.TrafficSplit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Deletes an endpoint with all its deployments, or one deployment that gets no traffic. Touches nothing that others made. */
public final class EndpointRemoval {

    private final AzureClients clients;

    public EndpointRemoval(AzureClients clients) {
        this.clients = clients;
    }

    /** Where an endpoint lies. */
    public enum Kind {
        ONLINE("onlineEndpoints"),
        BATCH("batchEndpoints");

        private final String collection;

        Kind(String collection) {
            this.collection = collection;
        }
    }

    /**
     * What to delete.
     *
     * @param deployment empty for the whole endpoint
     * @param limit how long to wait
     */
    public record Request(Kind kind, String endpoint, Optional<String> deployment, Duration limit, boolean dryRun) {}

    /** Deletes and answers what; nothing when it is gone already. */
    public List<String> remove(Request request) {
        EndpointResource endpoint = new EndpointResource(clients, request.kind().collection, request.endpoint());
        Optional<ObjectNode> found = endpoint.find();
        if (found.isEmpty()) {
            return List.of();
        }
        WaitOptions wait = clients.waitUpTo(request.limit());
        Map<String, ObjectNode> deployments = endpoint.deployments();
        if (request.deployment().isPresent()) {
            return removeOne(endpoint, found.get(), deployments, request, wait);
        }
        List<String> foreign = deployments.entrySet().stream()
                .filter(entry -> !isOurs(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (!isOurs(found.get()) || !foreign.isEmpty()) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "Endpoint " + request.endpoint() + " is not deleted: "
                                    + (foreign.isEmpty() ? "it" : String.join(", ", foreign))
                                    + " was not deployed by this plugin")
                    .remedy("Delete single deployments with -Daml.deployment=<name>, or the endpoint in the studio.")
                    .build();
        }
        if (!request.dryRun()) {
            endpoint.delete(wait);
        }
        return List.of("endpoint " + request.endpoint()
                + (deployments.isEmpty() ? "" : " with " + String.join(", ", deployments.keySet())));
    }

    private static boolean isOurs(ObjectNode document) {
        return document.path("tags").has(EndpointResource.CONTENT);
    }

    private static List<String> removeOne(
            EndpointResource endpoint,
            ObjectNode document,
            Map<String, ObjectNode> deployments,
            Request request,
            WaitOptions wait) {
        String name = request.deployment().orElseThrow();
        if (!deployments.containsKey(name)) {
            return List.of();
        }
        TrafficSplit traffic = EndpointTraffic.split(document);
        if (document.at("/properties/defaults/deploymentName").asText().equals(name)) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "Deployment " + name + " is the default of batch endpoint " + request.endpoint())
                    .remedy(
                            "Make another one the default first ('mvn aml:deploy-batch' of it), or undeploy the endpoint:"
                                    + " leave out -Daml.deployment.")
                    .build();
        }
        boolean serves = traffic.live().keySet().stream().anyMatch(name::equalsIgnoreCase)
                || traffic.mirror().keySet().stream().anyMatch(name::equalsIgnoreCase);
        if (serves) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "Deployment " + name + " still gets requests of endpoint " + request.endpoint() + " ("
                                    + traffic + ")")
                    .remedy("Move its traffic first: mvn aml:traffic -Daml.traffic=<other>=100.")
                    .build();
        }
        if (!request.dryRun()) {
            endpoint.deleteDeployment(name, wait);
        }
        return List.of("deployment " + name + " of endpoint " + request.endpoint());
    }
}
