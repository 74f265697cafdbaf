package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.amlmaven.emulator.http.WeightedTurns;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hands requests on as VirtualServices that are bound to a Gateway say
 * (https://istio.io/latest/docs/reference/config/networking/virtual-service/): the first rule that matches host, URI, method and
 * headers; weights, subsets of DestinationRules, rewrite of the prefix, mirror with its percentage.
 */
final class IstioProxy implements HttpHandler {

    private final ObjectStore store;
    private final Services services;
    private final GatewayForwarding forwarding = new GatewayForwarding();
    private final Map<String, WeightedTurns> turns = new ConcurrentHashMap<>();

    IstioProxy(ObjectStore store, Services services) {
        this.store = store;
        this.services = services;
    }

    /** A rule that fits a request, and the prefix of the path that it fits by. */
    private record Match(ObjectNode route, int index, JsonNode rule, String prefix) {}

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        try (exchange) {
            Optional<Match> match = match(exchange);
            if (match.isEmpty()) {
                GatewayForwarding.answer(exchange, 404, "");
                return;
            }
            forward(exchange, match.get(), body);
        }
    }

    private Optional<Match> match(HttpExchange exchange) {
        for (ObjectNode route : store.list(ApiResource.VIRTUAL_SERVICES, "")) {
            if (!isBound(route) || !GatewayForwarding.isFor(route.at("/spec/hosts"), exchange)) {
                continue;
            }
            JsonNode rules = route.path("spec").path("http");
            for (int i = 0; i < rules.size(); i++) {
                Optional<String> prefix = fits(rules.get(i), exchange);
                if (prefix.isPresent()) {
                    return Optional.of(new Match(route, i, rules.get(i), prefix.get()));
                }
            }
        }
        return Optional.empty();
    }

    /** Whether one of its gateways exists and selects the ingress. */
    private boolean isBound(ObjectNode route) {
        for (JsonNode gateway : route.path("spec").path("gateways")) {
            String[] name = gateway.asText().split("/", 2);
            boolean selects = store.get(
                            ApiResource.ISTIO_GATEWAYS,
                            name.length == 2 ? name[0] : ObjectStore.namespace(route),
                            name[name.length - 1])
                    .map(found -> found.at("/spec/selector/istio").asText().equals(IstioIngress.NAME))
                    .orElse(false);
            if (selects) {
                return true;
            }
        }
        return false;
    }

    /** The prefix that a rule has matched by; empty text for another match, nothing when it does not fit. */
    private static Optional<String> fits(JsonNode rule, HttpExchange exchange) {
        if (!rule.has("match")) {
            return Optional.of("");
        }
        for (JsonNode match : rule.path("match")) {
            boolean fits = text(match.path("uri"), exchange.getRequestURI().getRawPath())
                    && text(match.path("method"), exchange.getRequestMethod());
            for (Map.Entry<String, JsonNode> header : match.path("headers").properties()) {
                String given = exchange.getRequestHeaders().getFirst(header.getKey());
                fits &= given != null && text(header.getValue(), given);
            }
            if (fits) {
                return Optional.of(match.path("uri").path("prefix").asText());
            }
        }
        return Optional.empty();
    }

    private static boolean text(JsonNode match, String value) {
        if (match.has("exact")) {
            return value.equals(match.path("exact").asText());
        }
        if (match.has("prefix")) {
            return value.startsWith(match.path("prefix").asText());
        }
        return !match.has("regex") || value.matches(match.path("regex").asText());
    }

    private void forward(HttpExchange exchange, Match match, byte[] body) throws IOException {
        JsonNode destinations = match.rule().path("route");
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (int i = 0; i < destinations.size(); i++) {
            weights.put(
                    Integer.toString(i), destinations.get(i).path("weight").asInt(destinations.size() == 1 ? 100 : 0));
        }
        Optional<String> chosen = turn(match, "").next(weights);
        if (chosen.isEmpty()) {
            GatewayForwarding.answer(exchange, 503, "");
            return;
        }
        String target = target(exchange, match);
        mirror(exchange, match, target, body);
        JsonNode destination = destinations.get(Integer.parseInt(chosen.get())).path("destination");
        Optional<Integer> port = port(match.route(), destination);
        if (port.isEmpty()) {
            GatewayForwarding.answer(exchange, 503, "no healthy upstream");
            return;
        }
        forwarding.send(exchange, port.get(), target, body);
    }

    private WeightedTurns turn(Match match, String kind) {
        return turns.computeIfAbsent(
                ObjectStore.uid(match.route()) + "#" + kind + match.index(), any -> new WeightedTurns());
    }

    private void mirror(HttpExchange exchange, Match match, String target, byte[] body) {
        JsonNode mirror = match.rule().path("mirror");
        int percent = (int)
                Math.round(match.rule().path("mirrorPercentage").path("value").asDouble(100));
        if (!mirror.isMissingNode() && turn(match, "mirror").due(mirror.toString(), percent)) {
            port(match.route(), mirror).ifPresent(port -> forwarding.copy(exchange, port, target, body));
        }
    }

    /** A host is a Service's short or full name; without a port it must have only one. */
    private Optional<Integer> port(ObjectNode route, JsonNode destination) {
        String[] host = destination.path("host").asText().split("\\.", -1);
        String namespace = host.length > 1 ? host[1] : ObjectStore.namespace(route);
        Optional<ObjectNode> service = store.get(ApiResource.SERVICES, namespace, host[0]);
        if (service.isEmpty()) {
            return Optional.empty();
        }
        int port = destination
                .path("port")
                .path("number")
                .asInt(service.get().at("/spec/ports/0/port").asInt());
        return forwarding.oneOf(services.targets(
                namespace, host[0], port, subset(namespace, destination, ObjectStore.namespace(route))));
    }

    /** The labels of a destination's subset; of one that no DestinationRule has, labels that no pod has. */
    private JsonNode subset(String namespace, JsonNode destination, String routeNamespace) {
        String wanted = destination.path("subset").asText();
        if (wanted.isEmpty()) {
            return MissingNode.getInstance();
        }
        String service = destination.path("host").asText().split("\\.", -1)[0];
        for (ObjectNode rule : store.list(ApiResource.DESTINATION_RULES, "")) {
            String place = ObjectStore.namespace(rule);
            boolean near = place.equals(namespace) || place.equals(routeNamespace);
            if (near && rule.at("/spec/host").asText().split("\\.", -1)[0].equals(service)) {
                for (JsonNode subset : rule.at("/spec/subsets")) {
                    if (subset.path("name").asText().equals(wanted)) {
                        return subset.path("labels");
                    }
                }
            }
        }
        return JsonNodeFactory.instance.objectNode().put("subset.istio.io/unknown", wanted);
    }

    private static String target(HttpExchange exchange, Match match) {
        String path = exchange.getRequestURI().getRawPath();
        String rewrite = match.rule().path("rewrite").path("uri").asText();
        if (!rewrite.isEmpty()) {
            path = match.prefix().isEmpty()
                    ? rewrite
                    : rewrite + path.substring(match.prefix().length());
        }
        String query = exchange.getRequestURI().getRawQuery();
        return path + (query == null ? "" : "?" + query);
    }
}
