package io.github.amlmaven.core.kubernetes;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.traffic.TrafficSplit;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One kind of route that splits requests among Services by weight. Methods work on the route's document, so that fields of
 * others stay as they are.
 */
sealed interface RouteDialect permits GatewayApiRoutes, IstioRoutes {

    /** The header that names one version, as Azure Machine Learning's own endpoints have it. */
    String HEADER = "azureml-model-deployment";

    /** What the API server answers to those who may not. */
    int FORBIDDEN = 403;

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

    /** Where a route's document has its rules: one for each version that can be called by name, and one that splits. */
    JsonPointer rules();

    /** The version that a rule is for; empty for the one that splits. */
    String version(JsonNode rule);

    /** The versions that can be called by name. */
    default Set<String> versions(ObjectNode route) {
        Set<String> versions = new TreeSet<>();
        route.at(rules()).forEach(rule -> versions.add(version(rule)));
        versions.remove("");
        return versions;
    }

    /** The rule that splits. */
    default ObjectNode weighted(ObjectNode route) {
        for (JsonNode rule : route.at(rules())) {
            if (version(rule).isEmpty() && rule instanceof ObjectNode object) {
                return object;
            }
        }
        throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "The route has no rule that splits the requests")
                .remedy("Delete the route and deploy again.")
                .build();
    }

    /** Weights of others need not add up to 100. */
    static Map<String, Integer> percent(Map<String, Integer> weights) {
        int sum = weights.values().stream().mapToInt(Integer::intValue).sum();
        if (sum == 0 || sum == 100) {
            return weights;
        }
        Map<String, Integer> percent = new TreeMap<>();
        int left = 100;
        int rest = sum;
        for (Map.Entry<String, Integer> weight : weights.entrySet()) {
            int share = Math.round((float) left * weight.getValue() / Math.max(1, rest));
            percent.put(weight.getKey(), share);
            left -= share;
            rest -= weight.getValue();
        }
        return percent;
    }

    /** Makes a version callable by name. */
    void add(ObjectNode route, RouteFrame frame, String version);

    TrafficSplit split(ObjectNode route, String name);

    void write(ObjectNode route, String name, TrafficSplit split);

    /** Where callers reach the route, without {@code score}; ends with a slash. Empty while nothing has an address yet. */
    Optional<URI> address(KubernetesClient client, ObjectNode route);

    /** What becomes of the route as it is now; empty while that cannot be told. */
    Optional<RouteVerdict> verdict(KubernetesClient client, ObjectNode route);

    /** The gateways that the route hangs on, each as {@code namespace/name}. */
    List<String> gateways(ObjectNode route);

    /** Hangs the route on this gateway, {@code namespace/name}, in the place of the first that it hangs on now. */
    void hang(ObjectNode route, String gateway);

    /** The gateways of the cluster, each as {@code namespace/name}; empty when they may not be read. */
    List<String> known(KubernetesClient client);

    /**
     * The gateway of a new route for which none is named.
     *
     * @throws AmlException {@link ErrorCode#CONFIGURATION_INVALID} when it must be named
     */
    String onlyGateway(KubernetesClient client);

    /** The objects of a kind in all namespaces, each as {@code namespace/name}; empty when they may not be read. */
    static List<String> all(KubernetesClient client, ResourceDefinitionContext kind) {
        try {
            return client.genericKubernetesResources(kind).inAnyNamespace().list().getItems().stream()
                    .map(one -> one.getMetadata().getNamespace() + "/"
                            + one.getMetadata().getName())
                    .toList();
        } catch (KubernetesClientException e) {
            if (e.getCode() == FORBIDDEN) {
                return List.of();
            }
            throw e;
        }
    }

    /** Why a route on this gateway, {@code namespace/name}, is not served; empty when nothing is known against it. */
    Optional<RouteVerdict> obstacle(KubernetesClient client, String gateway);

    /** Why a route on these gateways is served by nobody, which is so when there is something against each of them. */
    default Optional<RouteVerdict> obstacle(KubernetesClient client, List<String> gateways) {
        List<Optional<RouteVerdict>> all =
                gateways.stream().map(gateway -> obstacle(client, gateway)).toList();
        return all.stream().allMatch(Optional::isPresent)
                ? all.stream().flatMap(Optional::stream).reduce(RouteVerdict::and)
                : Optional.empty();
    }

    /** A gateway's name with its namespace. */
    static String qualified(String gateway, String namespace) {
        return gateway.contains("/") ? gateway : namespace + "/" + gateway;
    }

    /**
     * What reading an object came to.
     *
     * @param readable whether it may be read; not everybody may read everything
     * @param object empty when there is none
     */
    record Look(boolean readable, Optional<JsonNode> object) {}

    /**
     * Reads an object.
     *
     * @param namespace empty for kinds of the whole cluster
     */
    static Look look(KubernetesClient client, ResourceDefinitionContext kind, String namespace, String name) {
        try {
            var all = client.genericKubernetesResources(kind);
            GenericKubernetesResource found = namespace.isEmpty()
                    ? all.withName(name).get()
                    : all.inNamespace(namespace).withName(name).get();
            return new Look(
                    true,
                    Optional.ofNullable(found)
                            .map(one -> client.getKubernetesSerialization().convertValue(one, JsonNode.class)));
        } catch (KubernetesClientException e) {
            if (e.getCode() == FORBIDDEN) {
                return new Look(false, Optional.empty());
            }
            throw e;
        }
    }

    /** What is to be said when nobody has said anything of a route. */
    default String unheard(ObjectNode route) {
        return "no gateway has taken it up (it hangs on " + String.join(", ", gateways(route)) + ")";
    }
}
