package io.github.amlmaven.core.kubernetes;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayStatusAddress;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.traffic.TrafficSplit;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code HTTPRoute} of gateway.networking.k8s.io/v1 (https://gateway-api.sigs.k8s.io/reference/spec/). */
record GatewayApiRoutes(Clock clock) implements RouteDialect {

    static final String GROUP = "gateway.networking.k8s.io";

    /** As long as a controller may take to start in a cluster that is just being set up: its image is pulled first. */
    private static final Duration SETTING_UP = Duration.ofMinutes(5);

    private static final JsonPointer RULES = JsonPointer.compile("/spec/rules");
    private static final List<String> BAD_WHEN_FALSE = List.of("Accepted", "ResolvedRefs");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    GatewayApiRoutes() {
        this(Clock.systemUTC());
    }

    @Override
    public ResourceDefinitionContext kind() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(GROUP)
                .withVersion("v1")
                .withKind("HTTPRoute")
                .withPlural("httproutes")
                .withNamespaced(true)
                .build();
    }

    @Override
    public ObjectNode create(RouteFrame frame, String version) {
        ObjectNode route = JSON.objectNode();
        ObjectNode spec = route.putObject("spec");
        String[] gateway = frame.gateway().orElseThrow().split("/", 2);
        spec.putArray("parentRefs")
                .addObject()
                .put("name", gateway[gateway.length - 1])
                .put("namespace", gateway.length == 2 ? gateway[0] : frame.namespace());
        frame.host().ifPresent(host -> spec.putArray("hostnames").add(host));
        ObjectNode weighted = spec.putArray("rules").addObject();
        frame(weighted, frame);
        weighted.putArray("backendRefs")
                .add(backend(frame.service(version), frame.port()).put("weight", 100));
        add(route, frame, version);
        return route;
    }

    private static ObjectNode frame(ObjectNode rule, RouteFrame frame) {
        ObjectNode match = rule.putArray("matches").addObject();
        match.putObject("path").put("type", "PathPrefix").put("value", frame.prefix());
        if (!frame.prefix().equals("/")) {
            ObjectNode rewrite = rule.putArray("filters").addObject().put("type", "URLRewrite");
            rewrite.putObject("urlRewrite")
                    .putObject("path")
                    .put("type", "ReplacePrefixMatch")
                    .put("replacePrefixMatch", "/");
        }
        return match;
    }

    private static ObjectNode backend(String service, int port) {
        return JSON.objectNode().put("name", service).put("port", port);
    }

    @Override
    public JsonPointer rules() {
        return RULES;
    }

    @Override
    public String version(JsonNode rule) {
        for (JsonNode match : rule.path("matches")) {
            for (JsonNode header : match.path("headers")) {
                if (header.path("name").asText().equalsIgnoreCase(HEADER)) {
                    return header.path("value").asText();
                }
            }
        }
        return "";
    }

    @Override
    public void add(ObjectNode route, RouteFrame frame, String version) {
        ObjectNode rule = JSON.objectNode();
        frame(rule, frame)
                .putArray("headers")
                .addObject()
                .put("type", "Exact")
                .put("name", HEADER)
                .put("value", version);
        rule.putArray("backendRefs").add(backend(frame.service(version), frame.port()));
        ((ArrayNode) route.at(RULES)).insert(0, rule);
    }

    @Override
    public TrafficSplit split(ObjectNode route, String name) {
        ObjectNode rule = weighted(route);
        Map<String, Integer> weights = new TreeMap<>();
        for (JsonNode backend : rule.path("backendRefs")) {
            RouteFrame.versionOf(name, backend.path("name").asText())
                    .ifPresent(version ->
                            weights.put(version, backend.path("weight").asInt(1)));
        }
        Map<String, Integer> mirror = new TreeMap<>();
        for (JsonNode filter : rule.path("filters")) {
            RouteFrame.versionOf(
                            name, filter.at("/requestMirror/backendRef/name").asText())
                    .ifPresent(version -> mirror.put(
                            version, filter.at("/requestMirror/percent").asInt(100)));
        }
        return new TrafficSplit(RouteDialect.percent(weights), mirror);
    }

    @Override
    public void write(ObjectNode route, String name, TrafficSplit split) {
        ObjectNode rule = weighted(route);
        int port = rule.at("/backendRefs/0/port").asInt();
        String any = rule.at("/backendRefs/0/name").asText();
        ArrayNode backends = rule.putArray("backendRefs");
        split.live()
                .forEach((version, weight) -> backends.add(
                        backend(RouteFrame.serviceOf(name, version), port).put("weight", weight)));
        if (backends.isEmpty()) {
            // Weight 0 is how a route says that nobody answers; without any backend the port would be forgotten.
            backends.add(backend(any, port).put("weight", 0));
        }
        ArrayNode filters = JSON.arrayNode();
        rule.path("filters").forEach(filter -> {
            if (!filter.path("type").asText().equals("RequestMirror")) {
                filters.add(filter);
            }
        });
        split.mirror().forEach((version, percent) -> {
            ObjectNode mirror = filters.addObject().put("type", "RequestMirror").putObject("requestMirror");
            mirror.set("backendRef", backend(RouteFrame.serviceOf(name, version), port));
            mirror.put("percent", percent);
        });
        if (filters.isEmpty()) {
            rule.remove("filters");
        } else {
            rule.set("filters", filters);
        }
    }

    @Override
    public List<String> known(KubernetesClient client) {
        return RouteDialect.all(client, kindOf("Gateway", true));
    }

    @Override
    public String onlyGateway(KubernetesClient client) {
        List<String> names = known(client);
        if (names.size() == 1) {
            return names.get(0);
        }
        throw AmlException.of(
                        ErrorCode.CONFIGURATION_INVALID,
                        names.isEmpty()
                                ? "The cluster has no Gateway"
                                : "The cluster has several Gateways: " + String.join(", ", names))
                .remedy(names.isEmpty() ? "Make one." : "Name one with -Daml.deploy.gateway=<namespace>/<name>.")
                .build();
    }

    @Override
    public Optional<URI> address(KubernetesClient client, ObjectNode route) {
        JsonNode parent = route.at("/spec/parentRefs/0");
        String namespace =
                parent.path("namespace").asText(route.at("/metadata/namespace").asText());
        Gateway gateway = client.resources(Gateway.class)
                .inNamespace(namespace)
                .withName(parent.path("name").asText())
                .require();
        List<GatewayStatusAddress> addresses =
                gateway.getStatus() == null || gateway.getStatus().getAddresses() == null
                        ? List.of()
                        : gateway.getStatus().getAddresses();
        if (addresses.isEmpty()) {
            return Optional.empty();
        }
        String section = parent.path("sectionName").asText();
        Listener listener = listener(gateway.getSpec().getListeners(), section, route.at("/spec/hostnames/0"));
        String host = route.at("/spec/hostnames/0").asText(addresses.get(0).getValue());
        String path = weighted(route).at("/matches/0/path/value").asText("/");
        boolean secure = listener.getProtocol().equals("HTTPS");
        boolean usual = listener.getPort() == (secure ? 443 : 80);
        return Optional.of(URI.create((secure ? "https://" : "http://")
                + host
                + (usual ? "" : ":" + listener.getPort())
                + path
                + (path.endsWith("/") ? "" : "/")));
    }

    /**
     * The listener that callers are told of: the named one, or where there is a name that a certificate can be for, the first with
     * TLS, so that no key goes over the network in the clear; else the first.
     */
    private static Listener listener(List<Listener> all, String section, JsonNode host) {
        if (!section.isEmpty()) {
            return all.stream()
                    .filter(one -> one.getName().equals(section))
                    .findFirst()
                    .orElse(all.get(0));
        }
        return all.stream()
                .filter(one -> one.getProtocol().equals("HTTPS") && !host.isMissingNode())
                .findFirst()
                .or(() -> all.stream()
                        .filter(one -> one.getProtocol().startsWith("HTTP"))
                        .findFirst())
                .orElse(all.get(0));
    }

    /**
     * By the route's conditions, of every gateway that has taken it up, at the generation that is there now; before anybody has
     * said anything, by what it hangs on.
     */
    @Override
    public Optional<RouteVerdict> verdict(KubernetesClient client, ObjectNode route) {
        long generation = route.at("/metadata/generation").asLong();
        boolean heard = false;
        for (JsonNode parent : route.at("/status/parents")) {
            for (JsonNode condition : parent.path("conditions")) {
                // Optional in the specification: who leaves it out is taken at his word.
                boolean current = condition.path("observedGeneration").asLong(generation) >= generation;
                heard |= current && condition.path("type").asText().equals("Accepted");
                if (current
                        && BAD_WHEN_FALSE.contains(condition.path("type").asText())
                        && condition.path("status").asText().equals("False")) {
                    return Optional.of(RouteVerdict.refused(
                            "gateway " + parent.at("/parentRef/name").asText() + " says " + said(condition)));
                }
            }
        }
        return heard ? Optional.of(RouteVerdict.served()) : obstacle(client, gateways(route));
    }

    private static String said(JsonNode condition) {
        return condition.path("type").asText() + "=" + condition.path("status").asText() + ", "
                + condition.path("reason").asText() + ": "
                + condition.path("message").asText();
    }

    @Override
    public List<String> gateways(ObjectNode route) {
        List<String> gateways = new ArrayList<>();
        String own = route.at("/metadata/namespace").asText();
        for (JsonNode parent : route.at("/spec/parentRefs")) {
            gateways.add(parent.path("namespace").asText(own) + "/"
                    + parent.path("name").asText());
        }
        return gateways;
    }

    @Override
    public void hang(ObjectNode route, String gateway) {
        String[] parts = gateway.split("/", 2);
        ArrayNode parents = route.withObject("/spec").withArray("/parentRefs");
        ObjectNode parent = JSON.objectNode().put("name", parts[1]).put("namespace", parts[0]);
        if (parents.isEmpty()) {
            parents.add(parent);
        } else {
            parents.set(0, parent);
        }
    }

    /** That the Gateway is not there, or nobody has taken up its class: then no controller looks at its routes. */
    @Override
    public Optional<RouteVerdict> obstacle(KubernetesClient client, String gateway) {
        String[] parts = gateway.split("/", 2);
        Look found = RouteDialect.look(client, kindOf("Gateway", true), parts[0], parts[1]);
        if (found.object().isEmpty()) {
            return found.readable()
                    ? Optional.of(RouteVerdict.unservable("there is no Gateway " + gateway))
                    : Optional.empty();
        }
        String name = found.object().get().at("/spec/gatewayClassName").asText();
        Look type = RouteDialect.look(client, kindOf("GatewayClass", false), "", name);
        String shown = "Gateway " + gateway + " is of GatewayClass '" + name + "', which ";
        if (type.object().isEmpty()) {
            return type.readable()
                    ? Optional.of(RouteVerdict.unservable(shown + "the cluster does not have"))
                    : Optional.empty();
        }
        return standing(type.object().get(), shown);
    }

    /** What a class's own controller has made of it; a class that was made just now may not have been looked at yet. */
    private Optional<RouteVerdict> standing(JsonNode type, String shown) {
        String controller = type.at("/spec/controllerName").asText();
        JsonNode accepted = JSON.missingNode();
        for (JsonNode condition : type.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Accepted")) {
                accepted = condition;
            }
        }
        return switch (accepted.path("status").asText()) {
            case "True" -> Optional.empty();
            case "False" ->
                Optional.of(RouteVerdict.unservable(
                        shown + "its controller " + controller + " refuses (" + said(accepted) + ")"));
            default ->
                Optional.of(
                        isNew(type)
                                ? RouteVerdict.refused(shown + "no controller has taken up yet (" + controller + ")")
                                : RouteVerdict.unservable(
                                        shown + "no controller has taken up (" + controller + " does not run)"));
        };
    }

    private boolean isNew(JsonNode object) {
        String made = object.at("/metadata/creationTimestamp").asText();
        return !made.isEmpty() && Instant.parse(made).plus(SETTING_UP).isAfter(clock.instant());
    }

    private static ResourceDefinitionContext kindOf(String kind, boolean namespaced) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(GROUP)
                .withVersion("v1")
                .withKind(kind)
                .withPlural(kind.toLowerCase(Locale.ROOT) + (namespaced ? "s" : "es"))
                .withNamespaced(namespaced)
                .build();
    }
}
