package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.RestBody;

/** Where a managed network may connect to. Source: azure-ai-ml 1.34.0 ({@code entities/_workspace/networking.py}). */
final class OutboundRules {

    private OutboundRules() {}

    static ObjectNode rule(JsonNode rule) {
        ObjectNode rest = RestBody.object();
        String type = rule.path("type").asText();
        rest.put("category", RestBody.pascal(rule.path("category").asText("user_defined")));
        switch (type) {
            case "fqdn" -> {
                rest.put("type", "FQDN");
                RestBody.set(rest, "destination", rule.get("destination"));
            }
            case "private_endpoint" -> {
                rest.put("type", "PrivateEndpoint");
                rest.set(
                        "destination",
                        Fields.of(rule.path("destination"))
                                .as("serviceResourceId", "service_resource_id")
                                .as("subresourceTarget", "subresource_target")
                                .or("sparkEnabled", "spark_enabled", RestBody.JSON.booleanNode(false))
                                .done());
                RestBody.set(rest, "fqdns", rule.get("fqdns"));
            }
            default -> {
                rest.put("type", "ServiceTag");
                rest.set(
                        "destination",
                        Fields.of(rule.path("destination"))
                                .same("service_tag", "protocol", "port_ranges", "address_prefixes")
                                .done());
            }
        }
        return rest;
    }
}
