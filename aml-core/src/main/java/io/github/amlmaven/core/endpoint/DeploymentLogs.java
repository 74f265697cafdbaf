package io.github.amlmaven.core.endpoint;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Suggestion;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the end of a deployment's container log. */
public final class DeploymentLogs {

    private final AzureClients clients;

    public DeploymentLogs(AzureClients clients) {
        this.clients = clients;
    }

    /** The containers that an online deployment has. */
    public enum Container {
        INFERENCE_SERVER("InferenceServer"),
        STORAGE_INITIALIZER("StorageInitializer");

        private final String type;

        Container(String type) {
            this.type = type;
        }
    }

    /** What was read. */
    public record Log(String deployment, List<String> lines) {}

    /**
     * Reads the last lines.
     *
     * @param deployment empty for the only one, or the one that gets the most traffic
     */
    public Log read(String endpointName, Optional<String> deployment, Container container, int tail) {
        EndpointResource endpoint = EndpointResource.online(clients, endpointName);
        String leading = EndpointTraffic.split(endpoint.required()).first();
        Set<String> known = endpoint.deployments().keySet();
        String name = deployment.orElseGet(
                () -> leading.isEmpty() && known.size() == 1 ? known.iterator().next() : leading);
        if (known.stream().noneMatch(name::equalsIgnoreCase)) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            name.isEmpty()
                                    ? "No deployment of endpoint " + endpointName + " gets traffic"
                                    : "Endpoint " + endpointName + " has no deployment '" + name + "'"
                                            + Suggestion.sentence(name, known))
                    .remedy(
                            known.isEmpty()
                                    ? "It has none yet; 'mvn aml:deploy-managed' makes one."
                                    : "Name one with -Daml.deployment: " + String.join(", ", known) + ".")
                    .build();
        }
        return new Log(name, endpoint.log(name, container.type, tail).lines().toList());
    }
}
