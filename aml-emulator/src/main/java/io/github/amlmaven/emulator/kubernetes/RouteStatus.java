package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What a gateway says of a route that wants to hang on it (https://gateway-api.sigs.k8s.io/reference/spec/,
 * RouteConditionType and RouteConditionReason). Of a gateway that does not exist, or
 * whose class nobody serves, nobody says anything, as in a real cluster.
 */
record RouteStatus(ObjectStore store, Clock clock) {

    /** Why something does not hold, in the specification's reasons. */
    record Refusal(String reason, String message) {}

    /** Writes the status of a route, one entry for each gateway that exists. */
    ObjectNode write(ObjectNode route) {
        JsonNode before = route.path("status").path("parents").deepCopy();
        var parents = route.withObject("/status").putArray("parents");
        Optional<Refusal> unresolved = unresolved(route);
        for (JsonNode reference : route.path("spec").path("parentRefs")) {
            Optional<ObjectNode> gateway = gateway(route, reference);
            if (gateway.isPresent()) {
                ObjectNode parent = parents.addObject().put("controllerName", Gateways.CONTROLLER);
                parent.set("parentRef", reference.deepCopy());
                parent.putArray("conditions")
                        .add(condition(
                                route,
                                reference,
                                before,
                                "Accepted",
                                refused(gateway.get(), route, reference),
                                "Accepted"))
                        .add(condition(route, reference, before, "ResolvedRefs", unresolved, "ResolvedRefs"));
            }
        }
        return route;
    }

    private Optional<ObjectNode> gateway(ObjectNode route, JsonNode reference) {
        return store.get(
                        ApiResource.GATEWAYS,
                        reference.path("namespace").asText(ObjectStore.namespace(route)),
                        reference.path("name").asText())
                .filter(gateway -> Gateways.isOurs(store, gateway));
    }

    /** Whether any reference of the route is taken by this gateway. */
    static boolean hangsOn(ObjectNode route, ObjectNode gateway) {
        for (JsonNode reference : route.path("spec").path("parentRefs")) {
            boolean named = reference.path("name").asText().equals(ObjectStore.name(gateway))
                    && reference
                            .path("namespace")
                            .asText(ObjectStore.namespace(route))
                            .equals(ObjectStore.namespace(gateway));
            if (named && refused(gateway, route, reference).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Refusal> refused(ObjectNode gateway, ObjectNode route, JsonNode reference) {
        String section = reference.path("sectionName").asText();
        int port = reference.path("port").asInt();
        List<JsonNode> listeners = new ArrayList<>();
        for (JsonNode listener : gateway.path("spec").path("listeners")) {
            if ((section.isEmpty() || listener.path("name").asText().equals(section))
                    && (port == 0 || listener.path("port").asInt() == port)) {
                listeners.add(listener);
            }
        }
        if (listeners.isEmpty()) {
            return Optional.of(new Refusal("NoMatchingParent", "There are no listeners that match the parentRef"));
        }
        listeners.removeIf(listener -> !allowed(listener, gateway, route));
        if (listeners.isEmpty()) {
            return Optional.of(new Refusal(
                    "NotAllowedByListeners", "No listeners included by this parent ref allowed this" + " attachment."));
        }
        return listeners.stream().anyMatch(listener -> hosts(listener, route))
                ? Optional.empty()
                : Optional.of(new Refusal(
                        "NoMatchingListenerHostname",
                        "There were no hostname intersections between the HTTPRoute and this parent ref's"
                                + " Listener(s)."));
    }

    private static boolean allowed(JsonNode listener, ObjectNode gateway, ObjectNode route) {
        String from = listener.at("/allowedRoutes/namespaces/from").asText("Same");
        return from.equals("All")
                || (from.equals("Same") && ObjectStore.namespace(gateway).equals(ObjectStore.namespace(route)));
    }

    private static boolean hosts(JsonNode listener, ObjectNode route) {
        String own = listener.path("hostname").asText();
        JsonNode wanted = route.path("spec").path("hostnames");
        if (own.isEmpty() || wanted.isEmpty()) {
            return true;
        }
        for (JsonNode host : wanted) {
            if (covers(own, host.asText()) || covers(host.asText(), own)) {
                return true;
            }
        }
        return false;
    }

    private static boolean covers(String pattern, String host) {
        String wide = pattern.toLowerCase(Locale.ROOT);
        String one = host.toLowerCase(Locale.ROOT);
        return wide.equals(one) || (wide.startsWith("*.") && one.endsWith(wide.substring(1)));
    }

    private Optional<Refusal> unresolved(ObjectNode route) {
        for (JsonNode rule : route.path("spec").path("rules")) {
            for (JsonNode backend : rule.path("backendRefs")) {
                Optional<Refusal> wrong = unresolved(route, backend);
                if (wrong.isPresent()) {
                    return wrong;
                }
            }
            for (JsonNode filter : rule.path("filters")) {
                JsonNode mirror = filter.path("requestMirror").path("backendRef");
                Optional<Refusal> wrong = mirror.isMissingNode() ? Optional.empty() : unresolved(route, mirror);
                if (wrong.isPresent()) {
                    return wrong;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal> unresolved(ObjectNode route, JsonNode backend) {
        String own = ObjectStore.namespace(route);
        String namespace = backend.path("namespace").asText(own);
        String name = backend.path("name").asText();
        if (!backend.path("kind").asText("Service").equals("Service")
                || !backend.path("group").asText().isEmpty()) {
            return Optional.of(new Refusal(
                    "InvalidKind",
                    "backendRef to " + backend.path("kind").asText() + " " + name + ": only Services are taken"));
        }
        if (!namespace.equals(own)) {
            return Optional.of(new Refusal(
                    "RefNotPermitted",
                    "Backend ref to Service " + namespace + "/" + name + " not permitted by any ReferenceGrant."));
        }
        return isThere(namespace, backend)
                ? Optional.empty()
                : Optional.of(new Refusal(
                        "BackendNotFound",
                        "Service " + namespace + "/" + name + " port "
                                + backend.path("port").asInt() + " not found"));
    }

    private boolean isThere(String namespace, JsonNode backend) {
        Optional<ObjectNode> service =
                store.get(ApiResource.SERVICES, namespace, backend.path("name").asText());
        if (service.isPresent()) {
            for (JsonNode port : service.get().path("spec").path("ports")) {
                if (port.path("port").asInt() == backend.path("port").asInt()) {
                    return true;
                }
            }
        }
        return false;
    }

    private ObjectNode condition(
            ObjectNode route,
            JsonNode reference,
            JsonNode before,
            String type,
            Optional<Refusal> refusal,
            String goodReason) {
        String status = refusal.isPresent() ? "False" : "True";
        String since = since(before, reference, type, status)
                .orElseGet(() -> clock.instant().toString());
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("status", status)
                .put("reason", refusal.map(Refusal::reason).orElse(goodReason))
                .put("message", refusal.map(Refusal::message).orElse(""))
                .put("observedGeneration", route.at("/metadata/generation").asLong(1))
                .put("lastTransitionTime", since);
    }

    private static Optional<String> since(JsonNode before, JsonNode reference, String type, String status) {
        for (JsonNode parent : before) {
            for (JsonNode condition : parent.path("conditions")) {
                if (Objects.equals(parent.path("parentRef"), reference)
                        && condition.path("type").asText().equals(type)
                        && condition.path("status").asText().equals(status)) {
                    return Optional.of(condition.path("lastTransitionTime").asText());
                }
            }
        }
        return Optional.empty();
    }
}
