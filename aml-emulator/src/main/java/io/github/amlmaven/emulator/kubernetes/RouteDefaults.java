package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Defaults that the Gateway API's CustomResourceDefinitions declare (standard channel, v1). */
final class RouteDefaults {

    private RouteDefaults() {}

    static void route(ObjectNode spec) {
        for (JsonNode parent : spec.path("parentRefs")) {
            if (parent instanceof ObjectNode node) {
                Defaults.text(node, "group", "gateway.networking.k8s.io");
                Defaults.text(node, "kind", "Gateway");
            }
        }
        for (JsonNode rule : spec.path("rules")) {
            if (rule instanceof ObjectNode node) {
                rule(node);
            }
        }
    }

    private static void rule(ObjectNode rule) {
        if (!rule.has("matches")) {
            rule.putArray("matches").addObject();
        }
        for (JsonNode match : rule.path("matches")) {
            if (match instanceof ObjectNode node) {
                ObjectNode path = node.withObject("/path");
                Defaults.text(path, "type", "PathPrefix");
                Defaults.text(path, "value", "/");
                for (JsonNode header : node.path("headers")) {
                    if (header instanceof ObjectNode one) {
                        Defaults.text(one, "type", "Exact");
                    }
                }
            }
        }
        for (JsonNode backend : rule.path("backendRefs")) {
            if (backend instanceof ObjectNode node) {
                reference(node);
                Defaults.number(node, "weight", 1);
            }
        }
        for (JsonNode filter : rule.path("filters")) {
            if (filter.path("requestMirror").path("backendRef") instanceof ObjectNode node) {
                reference(node);
            }
        }
    }

    private static void reference(ObjectNode backend) {
        if (!backend.has("group")) {
            backend.put("group", "");
        }
        Defaults.text(backend, "kind", "Service");
    }

    static void gateway(ObjectNode spec) {
        for (JsonNode listener : spec.path("listeners")) {
            if (listener instanceof ObjectNode node) {
                Defaults.text(node.withObject("/allowedRoutes").withObject("/namespaces"), "from", "Same");
            }
        }
    }

    /** The status of what no controller has looked at yet. */
    static void waiting(ObjectNode object, String... types) {
        ObjectNode status = object.withObject("/status");
        if (status.has("conditions")) {
            return;
        }
        for (String type : types) {
            status.withArray("/conditions")
                    .addObject()
                    .put("type", type)
                    .put("status", "Unknown")
                    .put("reason", "Pending")
                    .put("message", "Waiting for controller")
                    .put("lastTransitionTime", "1970-01-01T00:00:00Z");
        }
    }
}
