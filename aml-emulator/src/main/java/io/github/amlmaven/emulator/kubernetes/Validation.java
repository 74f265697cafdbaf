package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.kubernetes.StatusError.Cause;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The API server's rules beyond types, for the fields that matter here, in its words. */
final class Validation {

    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String DNS_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final int MAX_LABEL = 63;
    private static final int MAX_SUBDOMAIN = 253;

    private final List<Cause> causes = new ArrayList<>();

    private Validation() {}

    /** @param former the object before an update; null for a new one */
    static void check(ApiResource resource, JsonNode object, @Nullable JsonNode former) {
        Validation validation = new Validation();
        validation.name(resource, ObjectStore.name(object));
        JsonNode spec = object.path("spec");
        switch (resource.schemaType()) {
            case "Deployment", "ReplicaSet" -> validation.workload(spec, former);
            case "Pod" -> validation.pod(spec, "spec");
            case "Service" -> validation.service(spec);
            case "HorizontalPodAutoscaler" -> validation.autoscaler(spec);
            case "HTTPRoute", "Gateway", "GatewayClass" -> causes(validation, RouteValidation.check(resource, spec));
            case "istio.VirtualService", "istio.DestinationRule" ->
                causes(validation, IstioValidation.required(resource, spec));
            case "Secret", "ConfigMap" -> validation.keys(object.path("data"));
            default -> {
                // the others have no rules beyond their name
            }
        }
        if (!validation.causes.isEmpty()) {
            throw StatusError.invalid(resource, ObjectStore.name(object), validation.causes);
        }
        IstioValidation.admit(resource, spec);
    }

    private static void causes(Validation validation, List<Cause> found) {
        validation.causes.addAll(found);
    }

    private void name(ApiResource resource, String name) {
        if (name.isEmpty()) {
            causes.add(Cause.required("metadata.name", "name or generateName is required"));
        } else if (resource.equals(ApiResource.SERVICES)) {
            if (!name.matches(DNS_1035) || name.length() > MAX_LABEL) {
                causes.add(Cause.invalid(
                        "metadata.name",
                        quoted(name),
                        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
                                + " alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
                                + " 'abc-123', regex used for validation is '" + DNS_1035 + "')"));
            }
        } else if (resource.equals(ApiResource.NAMESPACES)) {
            label("metadata.name", name);
        } else if (!name.matches(SUBDOMAIN) || name.length() > MAX_SUBDOMAIN) {
            causes.add(Cause.invalid(
                    "metadata.name",
                    quoted(name),
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and"
                            + " must start and end with an alphanumeric character (e.g. 'example.com', regex used for"
                            + " validation is '" + SUBDOMAIN + "')"));
        }
    }

    private void label(String field, String name) {
        if (!name.matches(LABEL) || name.length() > MAX_LABEL) {
            causes.add(Cause.invalid(
                    field,
                    quoted(name),
                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start"
                            + " and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for"
                            + " validation is '" + LABEL + "')"));
        }
    }

    private void workload(JsonNode spec, @Nullable JsonNode former) {
        notNegative(spec, "replicas");
        JsonNode selector = spec.path("selector");
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        if (selector.isEmpty()) {
            causes.add(Cause.required("spec.selector", ""));
        } else if (!Selector.matches(selector, labels)) {
            causes.add(Cause.invalid(
                    "spec.template.metadata.labels", map(labels), "`selector` does not match template `labels`"));
        }
        if (former != null && !former.path("spec").path("selector").equals(selector)) {
            causes.add(Cause.invalid("spec.selector", selector(selector), "field is immutable"));
        }
        rollingUpdate(spec.path("strategy"));
        JsonNode pod = spec.path("template").path("spec");
        pod(pod, "spec.template.spec");
        String policy = pod.path("restartPolicy").asText();
        if (!policy.equals("Always")) {
            causes.add(Cause.unsupported("spec.template.spec.restartPolicy", policy, "\"Always\""));
        }
    }

    private void rollingUpdate(JsonNode strategy) {
        JsonNode rolling = strategy.path("rollingUpdate");
        boolean none =
                List.of("0", "0%").contains(rolling.path("maxUnavailable").asText())
                        && List.of("0", "0%").contains(rolling.path("maxSurge").asText());
        if (none) {
            causes.add(Cause.invalid(
                    "spec.strategy.rollingUpdate.maxUnavailable", "0", "may not be 0 when `maxSurge` is 0"));
        }
    }

    private void notNegative(JsonNode spec, String field) {
        int value = spec.path(field).asInt();
        if (value < 0) {
            causes.add(Cause.invalid("spec." + field, Integer.toString(value), "must be greater than or equal to 0"));
        }
    }

    private void pod(JsonNode pod, String path) {
        JsonNode containers = pod.path("containers");
        if (containers.isEmpty()) {
            causes.add(Cause.required(path + ".containers", ""));
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < containers.size(); i++) {
            container(containers.get(i), path + ".containers[" + i + "]", names);
        }
    }

    private void container(JsonNode container, String path, Set<String> names) {
        String name = container.path("name").asText();
        if (name.isEmpty()) {
            causes.add(Cause.required(path + ".name", ""));
        } else {
            label(path + ".name", name);
            if (!names.add(name)) {
                causes.add(Cause.duplicate(path + ".name", name));
            }
        }
        if (container.path("image").asText().isEmpty()) {
            causes.add(Cause.required(path + ".image", ""));
        }
        JsonNode ports = container.path("ports");
        for (int i = 0; i < ports.size(); i++) {
            port(ports.get(i).path("containerPort"), path + ".ports[" + i + "].containerPort");
        }
        JsonNode variables = container.path("env");
        for (int i = 0; i < variables.size(); i++) {
            if (variables.get(i).path("name").asText().isEmpty()) {
                causes.add(Cause.required(path + ".env[" + i + "].name", ""));
            }
        }
        resources(container.path("resources"), path + ".resources.requests");
    }

    private void resources(JsonNode resources, String path) {
        for (String kind : new String[] {"cpu", "memory"}) {
            String request = resources.path("requests").path(kind).asText();
            String limit = resources.path("limits").path(kind).asText();
            if (!request.isEmpty()
                    && !limit.isEmpty()
                    && Quantities.value(request).compareTo(Quantities.value(limit)) > 0) {
                causes.add(Cause.invalid(
                        path, quoted(request), "must be less than or equal to " + kind + " limit of " + limit));
            }
        }
    }

    private void port(JsonNode port, String path) {
        if (port.isMissingNode()) {
            causes.add(Cause.required(path, ""));
        } else if (port.asInt() < 1 || port.asInt() > 65535) {
            causes.add(Cause.invalid(path, port.asText(), "must be between 1 and 65535, inclusive"));
        }
    }

    private void service(JsonNode spec) {
        String type = spec.path("type").asText();
        if (!Set.of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName").contains(type)) {
            causes.add(Cause.unsupported(
                    "spec.type", type, "\"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\""));
        }
        JsonNode ports = spec.path("ports");
        if (ports.isEmpty()
                && !type.equals("ExternalName")
                && !spec.path("clusterIP").asText().equals("None")) {
            causes.add(Cause.required("spec.ports", ""));
        }
        for (int i = 0; i < ports.size(); i++) {
            port(ports.get(i).path("port"), "spec.ports[" + i + "].port");
            if (ports.size() > 1 && ports.get(i).path("name").asText().isEmpty()) {
                causes.add(Cause.required("spec.ports[" + i + "].name", ""));
            }
        }
    }

    private void autoscaler(JsonNode spec) {
        int min = spec.path("minReplicas").asInt(1);
        int max = spec.path("maxReplicas").asInt();
        if (min < 1) {
            causes.add(Cause.invalid("spec.minReplicas", Integer.toString(min), "must be greater than or equal to 1"));
        }
        if (max < 1) {
            causes.add(Cause.invalid("spec.maxReplicas", Integer.toString(max), "must be greater than 0"));
        } else if (max < min) {
            causes.add(Cause.invalid(
                    "spec.maxReplicas", Integer.toString(max), "must be greater than or equal to `minReplicas`"));
        }
        for (String field : new String[] {"kind", "name"}) {
            if (spec.path("scaleTargetRef").path(field).asText().isEmpty()) {
                causes.add(Cause.required("spec.scaleTargetRef." + field, ""));
            }
        }
    }

    private void keys(JsonNode data) {
        for (var entry : data.properties()) {
            if (!entry.getKey().matches("[-._a-zA-Z0-9]+")) {
                causes.add(Cause.invalid(
                        "data[" + entry.getKey() + "]",
                        quoted(entry.getKey()),
                        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',"
                                + "  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"));
            }
        }
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    private static String map(JsonNode labels) {
        Map<String, String> sorted = new TreeMap<>();
        labels.properties()
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue().asText()));
        return "map[string]string{"
                + sorted.entrySet().stream()
                        .map(entry -> quoted(entry.getKey()) + ":" + quoted(entry.getValue()))
                        .collect(Collectors.joining(", "))
                + "}";
    }

    private static String selector(JsonNode selector) {
        return "v1.LabelSelector{MatchLabels:" + map(selector.path("matchLabels"))
                + ", MatchExpressions:[]v1.LabelSelectorRequirement(nil)}";
    }

    /** Resource quantities such as {@code 500m}, {@code 1.5}, {@code 2Gi}. */
    static final class Quantities {

        private static final Map<String, BigDecimal> SUFFIXES = Map.ofEntries(
                Map.entry("", BigDecimal.ONE),
                Map.entry("n", new BigDecimal("1e-9")),
                Map.entry("u", new BigDecimal("1e-6")),
                Map.entry("m", new BigDecimal("1e-3")),
                Map.entry("k", new BigDecimal("1e3")),
                Map.entry("M", new BigDecimal("1e6")),
                Map.entry("G", new BigDecimal("1e9")),
                Map.entry("T", new BigDecimal("1e12")),
                Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
                Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
                Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
                Map.entry("Ti", BigDecimal.valueOf(1L << 40)));

        private Quantities() {}

        static BigDecimal value(String quantity) {
            String number = quantity.replaceFirst("[numkKMGT]i?$", "");
            BigDecimal factor = SUFFIXES.getOrDefault(quantity.substring(number.length()), BigDecimal.ONE);
            try {
                return number.isEmpty() ? BigDecimal.ZERO : new BigDecimal(number).multiply(factor);
            } catch (NumberFormatException e) {
                throw StatusError.badRequest("quantities must match the regular expression"
                        + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$': " + quantity);
            }
        }
    }
}
