package io.github.amlmaven.core.kubernetes;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.traffic.TrafficSplit;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code VirtualService} of networking.istio.io/v1 (https://istio.io/latest/docs/reference/config/networking/virtual-service/).
 */
record IstioRoutes() implements RouteDialect {

    static final String GROUP = "networking.istio.io";

    /** In the place of a gateway: the sidecars of all pods. */
    private static final String MESH = "mesh";

    private static final JsonPointer RULES = JsonPointer.compile("/spec/http");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Override
    public ResourceDefinitionContext kind() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(GROUP)
                .withVersion("v1")
                .withKind("VirtualService")
                .withPlural("virtualservices")
                .withNamespaced(true)
                .build();
    }

    static ResourceDefinitionContext gateways() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(GROUP)
                .withVersion("v1")
                .withKind("Gateway")
                .withPlural("gateways")
                .withNamespaced(true)
                .build();
    }

    @Override
    public ObjectNode create(RouteFrame frame, String version) {
        ObjectNode route = JSON.objectNode();
        ObjectNode spec = route.putObject("spec");
        spec.putArray("hosts").add(frame.host().orElse("*"));
        spec.putArray("gateways").add(frame.gateway().orElseThrow(IstioRoutes::noGateway));
        ObjectNode weighted = spec.putArray("http").addObject();
        frame(weighted, frame);
        weighted.putArray("route")
                .addObject()
                .put("weight", 100)
                .set("destination", destination(frame.service(version), frame.port()));
        add(route, frame, version);
        return route;
    }

    @Override
    public List<String> known(KubernetesClient client) {
        return RouteDialect.all(client, gateways());
    }

    /** A mesh has gateways for many purposes, so one is never guessed. */
    @Override
    public String onlyGateway(KubernetesClient client) {
        throw noGateway();
    }

    private static AmlException noGateway() {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, "A VirtualService needs the name of a Gateway")
                .remedy("Set -Daml.deploy.gateway=<namespace>/<name>.")
                .build();
    }

    private static ObjectNode frame(ObjectNode rule, RouteFrame frame) {
        ObjectNode match = rule.putArray("match").addObject();
        match.putObject("uri").put("prefix", frame.prefix().equals("/") ? "/" : frame.prefix() + "/");
        if (!frame.prefix().equals("/")) {
            rule.putObject("rewrite").put("uri", "/");
        }
        return match;
    }

    private static ObjectNode destination(String service, int port) {
        ObjectNode destination = JSON.objectNode().put("host", service);
        destination.putObject("port").put("number", port);
        return destination;
    }

    @Override
    public String version(JsonNode rule) {
        for (JsonNode match : rule.path("match")) {
            String exact = match.path("headers").path(HEADER).path("exact").asText();
            if (!exact.isEmpty()) {
                return exact;
            }
        }
        return "";
    }

    @Override
    public JsonPointer rules() {
        return RULES;
    }

    @Override
    public void add(ObjectNode route, RouteFrame frame, String version) {
        ObjectNode rule = JSON.objectNode();
        frame(rule, frame).putObject("headers").putObject(HEADER).put("exact", version);
        rule.putArray("route").addObject().set("destination", destination(frame.service(version), frame.port()));
        ((ArrayNode) route.at(RULES)).insert(0, rule);
    }

    @Override
    public TrafficSplit split(ObjectNode route, String name) {
        ObjectNode rule = weighted(route);
        Map<String, Integer> weights = new TreeMap<>();
        int destinations = rule.path("route").size();
        for (JsonNode destination : rule.path("route")) {
            RouteFrame.versionOf(name, destination.at("/destination/host").asText())
                    .ifPresent(version ->
                            weights.put(version, destination.path("weight").asInt(destinations == 1 ? 100 : 0)));
        }
        Map<String, Integer> mirror = new TreeMap<>();
        RouteFrame.versionOf(name, rule.at("/mirror/host").asText())
                .ifPresent(version -> mirror.put(version, (int)
                        Math.round(rule.at("/mirrorPercentage/value").asDouble(100))));
        return new TrafficSplit(RouteDialect.percent(weights), mirror);
    }

    @Override
    public void write(ObjectNode route, String name, TrafficSplit split) {
        if (split.live().isEmpty()) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "A VirtualService cannot leave every version without traffic")
                    .remedy("Give 100 percent to one of them.")
                    .build();
        }
        ObjectNode rule = weighted(route);
        int port = rule.at("/route/0/destination/port/number").asInt();
        ArrayNode destinations = rule.putArray("route");
        split.live()
                .forEach((version, weight) -> destinations
                        .addObject()
                        .put("weight", weight)
                        .set("destination", destination(RouteFrame.serviceOf(name, version), port)));
        rule.remove("mirror");
        rule.remove("mirrorPercentage");
        split.mirror().forEach((version, percent) -> {
            rule.set("mirror", destination(RouteFrame.serviceOf(name, version), port));
            rule.putObject("mirrorPercentage").put("value", (double) percent);
        });
    }

    /** The load balancer in front of the pods that the Gateway selects. */
    @Override
    public Optional<URI> address(KubernetesClient client, ObjectNode route) {
        String[] name = route.at("/spec/gateways/0").asText().split("/", 2);
        String namespace =
                name.length == 2 ? name[0] : route.at("/metadata/namespace").asText();
        JsonNode gateway = client.getKubernetesSerialization()
                .convertValue(
                        client.genericKubernetesResources(gateways())
                                .inNamespace(namespace)
                                .withName(name[name.length - 1])
                                .require(),
                        JsonNode.class);
        Map<String, String> selector = new TreeMap<>();
        gateway.at("/spec/selector")
                .properties()
                .forEach(label -> selector.put(label.getKey(), label.getValue().asText()));
        Optional<URI> service = client.services().inAnyNamespace().list().getItems().stream()
                .filter(found -> selects(found, selector))
                .flatMap(found -> Rollout.ingress(found).stream())
                .findFirst();
        String host = route.at("/spec/hosts/0").asText("*");
        String prefix = weighted(route).at("/match/0/uri/prefix").asText("/");
        return service.map(
                found -> URI.create("http://" + (host.contains("*") ? found.getAuthority() : host) + prefix));
    }

    private static boolean selects(Service service, Map<String, String> selector) {
        Map<String, String> own = service.getSpec().getSelector();
        return !selector.isEmpty() && own != null && own.entrySet().containsAll(selector.entrySet());
    }

    /**
     * Istio refuses what it cannot serve when it is written, and a VirtualService has no status unless that is switched on; but
     * of a Gateway that is not there nobody says anything.
     */
    @Override
    public Optional<RouteVerdict> verdict(KubernetesClient client, ObjectNode route) {
        return Optional.of(obstacle(client, gateways(route)).orElseGet(RouteVerdict::served));
    }

    @Override
    public List<String> gateways(ObjectNode route) {
        List<String> gateways = new ArrayList<>();
        String own = route.at("/metadata/namespace").asText();
        for (JsonNode gateway : route.at("/spec/gateways")) {
            if (!gateway.asText().equals(MESH)) {
                gateways.add(RouteDialect.qualified(gateway.asText(), own));
            }
        }
        return gateways;
    }

    @Override
    public void hang(ObjectNode route, String gateway) {
        ArrayNode gateways = JSON.arrayNode().add(gateway);
        boolean first = true;
        for (JsonNode now : route.at("/spec/gateways")) {
            boolean replaced = first && !now.asText().equals(MESH);
            first &= !replaced;
            if (!replaced) {
                gateways.add(now);
            }
        }
        route.withObject("/spec").set("gateways", gateways);
    }

    /** That the Gateway is not there. */
    @Override
    public Optional<RouteVerdict> obstacle(KubernetesClient client, String gateway) {
        String[] parts = gateway.split("/", 2);
        Look found = RouteDialect.look(client, gateways(), parts[0], parts[1]);
        return found.object().isPresent() || !found.readable()
                ? Optional.empty()
                : Optional.of(RouteVerdict.unservable("there is no Gateway " + gateway + " of " + GROUP));
    }
}
