package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.kubernetes.StatusError.Cause;
import java.util.ArrayList;
import java.util.List;

/**
 * What Istio refuses: required fields by the CustomResourceDefinition, the rest by istiod's admission webhook
 * (istio.io/istio/pkg/config/validation), in their words.
 */
final class IstioValidation {

    private IstioValidation() {}

    /** What the CustomResourceDefinition's schema requires. */
    static List<Cause> required(ApiResource resource, JsonNode spec) {
        List<Cause> causes = new ArrayList<>();
        if (resource.equals(ApiResource.VIRTUAL_SERVICES)) {
            JsonNode rules = spec.path("http");
            for (int i = 0; i < rules.size(); i++) {
                String path = "spec.http[" + i + "]";
                JsonNode routes = rules.get(i).path("route");
                for (int r = 0; r < routes.size(); r++) {
                    need(routes.get(r), path + ".route[" + r + "]", "destination", causes);
                    if (routes.get(r).has("destination")) {
                        need(routes.get(r).path("destination"), path + ".route[" + r + "].destination", "host", causes);
                    }
                }
                if (rules.get(i).has("mirror")) {
                    need(rules.get(i).path("mirror"), path + ".mirror", "host", causes);
                }
            }
        }
        if (resource.equals(ApiResource.DESTINATION_RULES)) {
            need(spec, "spec", "host", causes);
            JsonNode subsets = spec.path("subsets");
            for (int i = 0; i < subsets.size(); i++) {
                need(subsets.get(i), "spec.subsets[" + i + "]", "name", causes);
            }
        }
        return causes;
    }

    private static void need(JsonNode object, String path, String key, List<Cause> causes) {
        if (!object.hasNonNull(key)) {
            causes.add(Cause.required(path + "." + key, ""));
        }
    }

    /** What the webhook refuses of objects that the schema lets through. */
    static void admit(ApiResource resource, JsonNode spec) {
        if (!resource.equals(ApiResource.VIRTUAL_SERVICES)) {
            return;
        }
        if (spec.path("hosts").isEmpty()) {
            throw denied("virtual service must have at least one host");
        }
        if (spec.path("http").isEmpty()
                && spec.path("tcp").isEmpty()
                && spec.path("tls").isEmpty()) {
            throw denied("http, tcp or tls must be provided in virtual service");
        }
        boolean mesh = spec.path("gateways").isEmpty();
        for (JsonNode host : spec.path("hosts")) {
            if (mesh && host.asText().equals("*")) {
                throw denied("wildcard host * is not allowed for virtual services bound to the mesh gateway");
            }
        }
        spec.path("http").forEach(IstioValidation::rule);
    }

    private static void rule(JsonNode rule) {
        int sum = 0;
        for (JsonNode route : rule.path("route")) {
            int weight = route.path("weight").asInt();
            if (weight < 0) {
                throw denied("weight " + weight + " < 0");
            }
            sum += weight;
        }
        if (rule.path("route").size() > 1 && sum == 0) {
            throw denied("total destination weight = 0");
        }
        double mirrored = rule.path("mirrorPercentage").path("value").asDouble();
        if (mirrored > 100) {
            throw denied("mirror_percentage must have a max of 100 (it has " + mirrored + ")");
        }
        if (rule.has("mirrorPercentage") && mirrored < 0) {
            throw denied("mirror_percentage must be in the range of [0.0, 100.0]");
        }
    }

    private static HttpError denied(String why) {
        return StatusError.of(
                400,
                "",
                "admission webhook \"validation.istio.io\" denied the request: configuration is invalid: " + why);
    }
}
