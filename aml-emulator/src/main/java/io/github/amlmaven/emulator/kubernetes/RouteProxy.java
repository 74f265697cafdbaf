package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.amlmaven.emulator.http.WeightedTurns;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hands requests on as HTTPRoutes say: host, path prefix and headers match; the longest path, then the most headers win; weights
 * split; {@code URLRewrite} of the prefix and {@code RequestMirror} work.
 */
final class RouteProxy implements HttpHandler {

    private final ObjectStore store;
    private final Services services;
    private final String namespace;
    private final String gateway;
    private final GatewayForwarding forwarding = new GatewayForwarding();
    private final Map<String, WeightedTurns> turns = new ConcurrentHashMap<>();

    RouteProxy(ObjectStore store, Services services, String namespace, String gateway) {
        this.store = store;
        this.services = services;
        this.namespace = namespace;
        this.gateway = gateway;
    }

    /** A rule that fits a request, with how well it does. */
    private record Match(ObjectNode route, int index, JsonNode rule, String prefix, int headers) {
        boolean isBetterThan(Match other) {
            int longer = Integer.compare(prefix.length(), other.prefix.length());
            return longer > 0 || (longer == 0 && headers > other.headers);
        }
    }

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
        Match best = null;
        Optional<ObjectNode> own = store.get(ApiResource.GATEWAYS, namespace, gateway);
        if (own.isEmpty()) {
            return Optional.empty();
        }
        for (ObjectNode route : store.list(ApiResource.HTTP_ROUTES, "")) {
            if (!RouteStatus.hangsOn(route, own.get()) || !hosts(route, exchange)) {
                continue;
            }
            JsonNode rules = route.path("spec").path("rules");
            for (int i = 0; i < rules.size(); i++) {
                for (JsonNode one : rules.get(i).path("matches")) {
                    String prefix = one.path("path").path("value").asText("/");
                    boolean fits =
                            path(one.path("path"), exchange.getRequestURI().getRawPath())
                                    && headers(one.path("headers"), exchange);
                    Match found = new Match(
                            route, i, rules.get(i), prefix, one.path("headers").size());
                    if (fits && (best == null || found.isBetterThan(best))) {
                        best = found;
                    }
                }
            }
        }
        return Optional.ofNullable(best);
    }

    private static boolean hosts(ObjectNode route, HttpExchange exchange) {
        JsonNode hosts = route.path("spec").path("hostnames");
        return hosts.isEmpty() || GatewayForwarding.isFor(hosts, exchange);
    }

    private static boolean path(JsonNode match, String path) {
        String value = match.path("value").asText("/");
        return switch (match.path("type").asText("PathPrefix")) {
            case "Exact" -> path.equals(value);
            case "RegularExpression" -> path.matches(value);
            default -> {
                String prefix = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
                yield path.equals(prefix) || path.startsWith(prefix + "/");
            }
        };
    }

    private static boolean headers(JsonNode wanted, HttpExchange exchange) {
        for (JsonNode header : wanted) {
            String given =
                    exchange.getRequestHeaders().getFirst(header.path("name").asText());
            String value = header.path("value").asText();
            boolean fits = given != null
                    && (header.path("type").asText().equals("RegularExpression")
                            ? given.matches(value)
                            : given.equals(value));
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private void forward(HttpExchange exchange, Match match, byte[] body) throws IOException {
        String routeNamespace = ObjectStore.namespace(match.route());
        Map<String, Integer> weights = new LinkedHashMap<>();
        match.rule()
                .path("backendRefs")
                .forEach(backend ->
                        weights.merge(key(backend), backend.path("weight").asInt(1), Integer::sum));
        WeightedTurns turn =
                turns.computeIfAbsent(ObjectStore.uid(match.route()) + "#" + match.index(), any -> new WeightedTurns());
        Optional<String> backend = turn.next(weights);
        if (backend.isEmpty()) {
            GatewayForwarding.answer(exchange, 500, "");
            return;
        }
        String target = target(exchange.getRequestURI(), match);
        mirror(exchange, match, target, body, routeNamespace);
        if (service(routeNamespace, backend.get()).isEmpty()) {
            // "If a backend cannot be resolved, its share of the requests gets status 500."
            GatewayForwarding.answer(exchange, 500, "");
            return;
        }
        Optional<Integer> port = port(routeNamespace, backend.get());
        if (port.isEmpty()) {
            GatewayForwarding.answer(exchange, 503, "no healthy upstream");
            return;
        }
        forwarding.send(exchange, port.get(), target, body);
    }

    private void mirror(HttpExchange exchange, Match match, String target, byte[] body, String routeNamespace) {
        for (JsonNode filter : match.rule().path("filters")) {
            JsonNode mirror = filter.path("requestMirror");
            String key = key(mirror.path("backendRef"));
            WeightedTurns turn = turns.computeIfAbsent(
                    ObjectStore.uid(match.route()) + "#mirror" + match.index(), any -> new WeightedTurns());
            if (!mirror.isMissingNode() && turn.due(key, mirror.path("percent").asInt(100))) {
                port(routeNamespace, key).ifPresent(port -> forwarding.copy(exchange, port, target, body));
            }
        }
    }

    private static String key(JsonNode backend) {
        return backend.path("name").asText() + ":" + backend.path("port").asInt();
    }

    private Optional<ObjectNode> service(String routeNamespace, String backend) {
        return store.get(ApiResource.SERVICES, routeNamespace, backend.substring(0, backend.lastIndexOf(':')));
    }

    private Optional<Integer> port(String routeNamespace, String backend) {
        int colon = backend.lastIndexOf(':');
        return forwarding.oneOf(services.targets(
                routeNamespace, backend.substring(0, colon), Integer.parseInt(backend.substring(colon + 1))));
    }

    private static String target(URI asked, Match match) {
        String path = asked.getRawPath();
        for (JsonNode filter : match.rule().path("filters")) {
            JsonNode rewrite = filter.path("urlRewrite").path("path");
            if (rewrite.path("type").asText().equals("ReplacePrefixMatch")) {
                String rest =
                        path.substring(Math.min(path.length(), match.prefix().length()));
                String prefix = rewrite.path("replacePrefixMatch").asText("/");
                path = (prefix + "/" + rest).replaceAll("/{2,}", "/");
            }
        }
        return path + (asked.getRawQuery() == null ? "" : "?" + asked.getRawQuery());
    }
}
