package io.github.amlmaven.core.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.traffic.TrafficSplit;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * One kind of route that splits requests among Services by weight. Methods work on the route's document, so that fields of
 * others stay as they are.
 */
sealed interface RouteDialect permits GatewayApiRoutes, IstioRoutes {

    /** The header that names one version, as Azure Machine Learning's own endpoints have it. */
    String HEADER = "azureml-model-deployment";

    /** The kind of the cluster: Gateway API when it is there, else Istio's. */
    static Optional<RouteDialect> find(KubernetesClient client) {
        if (client.hasApiGroup(GatewayApiRoutes.GROUP, true)) {
            return Optional.of(new GatewayApiRoutes());
        }
        return client.hasApiGroup(IstioRoutes.GROUP, true) ? Optional.of(new IstioRoutes()) : Optional.empty();
    }

    /** As {@link #find}, for what cannot do without. */
    static RouteDialect of(KubernetesClient client) {
        return find(client)
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                "The cluster " + client.getMasterUrl()
                                        + " has neither the Gateway API nor Istio, so no traffic can be" + " split")
                        .remedy("Install one of them, or deploy without <version>.")
                        .build());
    }

    ResourceDefinitionContext kind();

    /** A new route's document, without metadata; all requests go to the first version. */
    ObjectNode create(RouteFrame frame, String version);

    /** The versions that can be called by name. */
    Set<String> versions(ObjectNode route, String name);

    /** Makes a version callable by name. */
    void add(ObjectNode route, RouteFrame frame, String version);

    TrafficSplit split(ObjectNode route, String name);

    void write(ObjectNode route, String name, TrafficSplit split);

    /** Where callers reach the route, without {@code score}; ends with a slash. */
    URI address(KubernetesClient client, ObjectNode route);
}
