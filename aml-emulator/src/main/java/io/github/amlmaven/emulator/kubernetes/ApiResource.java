package io.github.amlmaven.emulator.kubernetes;

import java.util.List;
import java.util.Optional;

/**
 * A kind that the API serves.
 *
 * @param group empty for the core group
 * @param subresources of this kind: {@code status}, {@code log}, {@code scale}
 */
record ApiResource(
        String group,
        String version,
        String plural,
        String kind,
        boolean namespaced,
        List<String> shortNames,
        List<String> subresources) {

    static final ApiResource NAMESPACES =
            new ApiResource("", "v1", "namespaces", "Namespace", false, List.of("ns"), List.of("status"));
    static final ApiResource PODS =
            new ApiResource("", "v1", "pods", "Pod", true, List.of("po"), List.of("log", "status"));
    static final ApiResource SERVICES =
            new ApiResource("", "v1", "services", "Service", true, List.of("svc"), List.of("status"));
    static final ApiResource CONFIG_MAPS =
            new ApiResource("", "v1", "configmaps", "ConfigMap", true, List.of("cm"), List.of());
    static final ApiResource SECRETS = new ApiResource("", "v1", "secrets", "Secret", true, List.of(), List.of());
    static final ApiResource EVENTS = new ApiResource("", "v1", "events", "Event", true, List.of("ev"), List.of());
    static final ApiResource DEPLOYMENTS = new ApiResource(
            "apps", "v1", "deployments", "Deployment", true, List.of("deploy"), List.of("scale", "status"));
    static final ApiResource REPLICA_SETS =
            new ApiResource("apps", "v1", "replicasets", "ReplicaSet", true, List.of("rs"), List.of("scale", "status"));
    static final ApiResource AUTOSCALERS = new ApiResource(
            "autoscaling",
            "v2",
            "horizontalpodautoscalers",
            "HorizontalPodAutoscaler",
            true,
            List.of("hpa"),
            List.of("status"));

    /** A custom resource, as clusters with a Gateway API implementation have it; AKS installs it with its add-ons. */
    static final ApiResource GATEWAYS = new ApiResource(
            "gateway.networking.k8s.io", "v1", "gateways", "Gateway", true, List.of("gtw"), List.of("status"));

    static final ApiResource GATEWAY_CLASSES = new ApiResource(
            "gateway.networking.k8s.io",
            "v1",
            "gatewayclasses",
            "GatewayClass",
            false,
            List.of("gc"),
            List.of("status"));

    static final ApiResource HTTP_ROUTES = new ApiResource(
            "gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute", true, List.of(), List.of("status"));

    static final String ISTIO = "networking.istio.io";

    static final ApiResource ISTIO_GATEWAYS =
            new ApiResource(ISTIO, "v1", "gateways", "Gateway", true, List.of("gw"), List.of("status"));
    static final ApiResource VIRTUAL_SERVICES =
            new ApiResource(ISTIO, "v1", "virtualservices", "VirtualService", true, List.of("vs"), List.of("status"));
    static final ApiResource DESTINATION_RULES =
            new ApiResource(ISTIO, "v1", "destinationrules", "DestinationRule", true, List.of("dr"), List.of("status"));

    static final List<ApiResource> ALL = List.of(
            NAMESPACES,
            PODS,
            SERVICES,
            CONFIG_MAPS,
            SECRETS,
            EVENTS,
            DEPLOYMENTS,
            REPLICA_SETS,
            AUTOSCALERS,
            GATEWAY_CLASSES,
            GATEWAYS,
            HTTP_ROUTES,
            ISTIO_GATEWAYS,
            VIRTUAL_SERVICES,
            DESTINATION_RULES);

    /** What a cluster serves: with Istio its kinds, else those of the Gateway API. */
    static List<ApiResource> served(boolean istio) {
        return ALL.stream()
                .filter(resource -> !resource.isCustom() || resource.group.equals(ISTIO) == istio)
                .toList();
    }

    /** Whether the kind is declared by a CustomResourceDefinition, whose schema speaks in words of its own. */
    boolean isCustom() {
        return group.endsWith(".networking.k8s.io") || group.equals(ISTIO);
    }

    static Optional<ApiResource> find(String group, String version, String plural) {
        return ALL.stream()
                .filter(resource -> resource.group.equals(group)
                        && resource.version.equals(version)
                        && resource.plural.equals(plural))
                .findFirst();
    }

    /** Its name in {@link Schema}: Istio's kinds have names that others have too. */
    String schemaType() {
        return group.equals(ISTIO) ? "istio." + kind : kind;
    }

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** As in messages about existing objects: {@code deployments.apps}. */
    String qualifiedPlural() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** As in messages about invalid objects: {@code Deployment.apps}. */
    String qualifiedKind() {
        return group.isEmpty() ? kind : kind + "." + group;
    }

    String singular() {
        return kind.toLowerCase(java.util.Locale.ROOT);
    }
}
