package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.kubernetes.StatusError.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the schemas of the Gateway API's CustomResourceDefinitions refuse (v1, standard channel), in the words of the API
 * server's schema validation (k8s.io/apiextensions-apiserver, k8s.io/kube-openapi/pkg/validation).
 */
final class RouteValidation {

    private static final int MOST_WEIGHT = 1_000_000;
    private static final String NAME = "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$";
    private static final Map<String, String> FILTERS = Map.of(
            "RequestHeaderModifier", "requestHeaderModifier",
            "ResponseHeaderModifier", "responseHeaderModifier",
            "RequestMirror", "requestMirror",
            "RequestRedirect", "requestRedirect",
            "URLRewrite", "urlRewrite",
            "ExtensionRef", "extensionRef");

    private final List<Cause> causes = new ArrayList<>();

    private RouteValidation() {}

    static List<Cause> check(ApiResource resource, JsonNode spec) {
        RouteValidation validation = new RouteValidation();
        if (resource.equals(ApiResource.GATEWAYS)) {
            validation.gateway(spec);
        } else if (resource.equals(ApiResource.GATEWAY_CLASSES)) {
            validation.required(spec, "spec", "controllerName");
        } else {
            validation.route(spec);
        }
        return validation.causes;
    }

    private void gateway(JsonNode spec) {
        required(spec, "spec", "gatewayClassName");
        required(spec, "spec", "listeners");
        JsonNode listeners = spec.path("listeners");
        for (int i = 0; i < listeners.size(); i++) {
            String path = "spec.listeners[" + i + "]";
            for (String key : new String[] {"name", "port", "protocol"}) {
                required(listeners.get(i), path, key);
            }
            range(listeners.get(i), path, "port", 1, 65_535);
        }
    }

    private void route(JsonNode spec) {
        JsonNode parents = spec.path("parentRefs");
        for (int i = 0; i < parents.size(); i++) {
            required(parents.get(i), "spec.parentRefs[" + i + "]", "name");
        }
        JsonNode rules = spec.path("rules");
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), "spec.rules[" + i + "]");
        }
    }

    private void rule(JsonNode rule, String path) {
        JsonNode backends = rule.path("backendRefs");
        for (int i = 0; i < backends.size(); i++) {
            String below = path + ".backendRefs[" + i + "]";
            backend(backends.get(i), below);
            range(backends.get(i), below, "weight", 0, MOST_WEIGHT);
        }
        JsonNode filters = rule.path("filters");
        for (int i = 0; i < filters.size(); i++) {
            filter(filters.get(i), path + ".filters[" + i + "]");
        }
        JsonNode matches = rule.path("matches");
        for (int i = 0; i < matches.size(); i++) {
            JsonNode headers = matches.get(i).path("headers");
            for (int h = 0; h < headers.size(); h++) {
                String below = path + ".matches[" + i + "].headers[" + h + "]";
                required(headers.get(h), below, "name");
                required(headers.get(h), below, "value");
                String name = headers.get(h).path("name").asText();
                if (!name.isEmpty() && !name.matches(NAME)) {
                    String field = below + ".name";
                    causes.add(
                            Cause.invalid(field, "\"" + name + "\"", field + " in body should match '" + NAME + "'"));
                }
            }
        }
    }

    private void backend(JsonNode backend, String path) {
        required(backend, path, "name");
        range(backend, path, "port", 1, 65_535);
        if (backend.path("kind").asText().equals("Service") && !backend.hasNonNull("port")) {
            causes.add(Cause.invalid(path, "\"object\"", "Must have port for Service reference"));
        }
    }

    private void filter(JsonNode filter, String path) {
        required(filter, path, "type");
        String type = filter.path("type").asText();
        String field = FILTERS.get(type);
        if (!type.isEmpty() && field == null) {
            causes.add(Cause.unsupported(
                    path + ".type",
                    type,
                    "\"RequestHeaderModifier\", \"ResponseHeaderModifier\", \"RequestMirror\", \"RequestRedirect\","
                            + " \"URLRewrite\", \"ExtensionRef\""));
        } else if (field != null && !filter.has(field)) {
            causes.add(Cause.invalid(
                    path, "\"object\"", "filter." + field + " must be specified for " + type + " filter.type"));
        }
        if (filter.has("requestMirror")) {
            required(filter.path("requestMirror"), path + ".requestMirror", "backendRef");
            backend(filter.path("requestMirror").path("backendRef"), path + ".requestMirror.backendRef");
            range(filter.path("requestMirror"), path + ".requestMirror", "percent", 0, 100);
        }
    }

    private void required(JsonNode object, String path, String key) {
        if (!object.hasNonNull(key)) {
            causes.add(Cause.required(path + "." + key, ""));
        }
    }

    private void range(JsonNode object, String path, String key, int least, int most) {
        JsonNode value = object.path(key);
        String field = path + "." + key;
        if (value.isNumber() && value.asLong() < least) {
            causes.add(Cause.invalid(
                    field, value.asText(), field + " in body should be greater than or equal to " + least));
        } else if (value.isNumber() && value.asLong() > most) {
            causes.add(
                    Cause.invalid(field, value.asText(), field + " in body should be less than or equal to " + most));
        }
    }
}
