package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Values that the API server fills in, and those it keeps from the former object when an update leaves them out. */
final class Defaults {

    private Defaults() {}

    static void apply(ApiResource resource, ObjectNode object) {
        switch (resource.schemaType()) {
            case "Deployment" -> deployment(object.withObject("/spec"));
            case "ReplicaSet" -> {
                ObjectNode spec = object.withObject("/spec");
                number(spec, "replicas", 1);
                pod(spec.withObject("/template").withObject("/spec"));
            }
            case "Pod" -> {
                pod(object.withObject("/spec"));
                text(object.withObject("/status"), "phase", "Pending");
            }
            case "Service" -> service(object.withObject("/spec"));
            case "Secret" -> secret(object);
            case "Namespace" -> {
                object.withObject("/metadata")
                        .withObject("/labels")
                        .put("kubernetes.io/metadata.name", ObjectStore.name(object));
                object.withObject("/status").put("phase", "Active");
            }
            case "HorizontalPodAutoscaler" -> autoscaler(object.withObject("/spec"));
            case "HTTPRoute" -> RouteDefaults.route(object.withObject("/spec"));
            case "Gateway" -> {
                RouteDefaults.gateway(object.withObject("/spec"));
                RouteDefaults.waiting(object, "Accepted", "Programmed");
            }
            case "GatewayClass" -> RouteDefaults.waiting(object, "Accepted");
            default -> {
                // ConfigMap and Event have no defaults
            }
        }
    }

    private static void deployment(ObjectNode spec) {
        number(spec, "replicas", 1);
        number(spec, "revisionHistoryLimit", 10);
        number(spec, "progressDeadlineSeconds", 600);
        ObjectNode strategy = spec.withObject("/strategy");
        text(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = strategy.withObject("/rollingUpdate");
            text(rolling, "maxSurge", "25%");
            text(rolling, "maxUnavailable", "25%");
        } else {
            strategy.remove("rollingUpdate");
        }
        pod(spec.withObject("/template").withObject("/spec"));
    }

    private static void pod(ObjectNode spec) {
        text(spec, "restartPolicy", "Always");
        text(spec, "dnsPolicy", "ClusterFirst");
        text(spec, "schedulerName", "default-scheduler");
        number(spec, "terminationGracePeriodSeconds", 30);
        object(spec, "securityContext");
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonNode container : spec.path(list)) {
                if (container instanceof ObjectNode node) {
                    container(node);
                }
            }
        }
    }

    private static void container(ObjectNode container) {
        String image = container.path("image").asText();
        String tag = image.substring(image.lastIndexOf('/') + 1);
        boolean latest = !image.contains("@") && (!tag.contains(":") || tag.endsWith(":latest"));
        text(container, "imagePullPolicy", latest ? "Always" : "IfNotPresent");
        text(container, "terminationMessagePath", "/dev/termination-log");
        text(container, "terminationMessagePolicy", "File");
        object(container, "resources");
        for (JsonNode port : container.path("ports")) {
            if (port instanceof ObjectNode node) {
                text(node, "protocol", "TCP");
            }
        }
        for (String name : new String[] {"livenessProbe", "readinessProbe", "startupProbe"}) {
            if (container.path(name) instanceof ObjectNode probe) {
                probe(probe);
            }
        }
        for (JsonNode variable : container.path("env")) {
            if (variable.path("valueFrom").path("fieldRef") instanceof ObjectNode reference) {
                text(reference, "apiVersion", "v1");
            }
        }
        // The server stores numbers of resource lists as quantities, which are text.
        for (String list : new String[] {"requests", "limits"}) {
            if (container.path("resources").path(list) instanceof ObjectNode quantities) {
                quantities
                        .properties()
                        .forEach(entry ->
                                entry.setValue(TextNode.valueOf(entry.getValue().asText())));
            }
        }
    }

    private static void probe(ObjectNode probe) {
        number(probe, "timeoutSeconds", 1);
        number(probe, "periodSeconds", 10);
        number(probe, "successThreshold", 1);
        number(probe, "failureThreshold", 3);
        if (probe.path("httpGet") instanceof ObjectNode get) {
            text(get, "scheme", "HTTP");
            text(get, "path", "/");
        }
    }

    private static void service(ObjectNode spec) {
        text(spec, "type", "ClusterIP");
        text(spec, "sessionAffinity", "None");
        text(spec, "internalTrafficPolicy", "Cluster");
        if (spec.path("type").asText().equals("LoadBalancer")) {
            text(spec, "externalTrafficPolicy", "Cluster");
            if (!spec.has("allocateLoadBalancerNodePorts")) {
                spec.put("allocateLoadBalancerNodePorts", true);
            }
        }
        if (!spec.has("ipFamilies")) {
            spec.putArray("ipFamilies").add("IPv4");
            spec.put("ipFamilyPolicy", "SingleStack");
        }
        for (JsonNode port : spec.path("ports")) {
            if (port instanceof ObjectNode node) {
                text(node, "protocol", "TCP");
                if (!node.hasNonNull("targetPort")) {
                    node.set("targetPort", node.path("port"));
                }
            }
        }
    }

    private static void secret(ObjectNode secret) {
        text(secret, "type", "Opaque");
        if (secret.path("stringData") instanceof ObjectNode plain) {
            ObjectNode data = secret.withObject("/data");
            plain.properties()
                    .forEach(entry -> data.put(
                            entry.getKey(),
                            Base64.getEncoder()
                                    .encodeToString(entry.getValue().asText().getBytes(StandardCharsets.UTF_8))));
            secret.remove("stringData");
        }
    }

    private static void autoscaler(ObjectNode spec) {
        number(spec, "minReplicas", 1);
        if (!spec.has("metrics")) {
            ArrayNode metrics = spec.putArray("metrics");
            ObjectNode cpu = metrics.addObject()
                    .put("type", "Resource")
                    .putObject("resource")
                    .put("name", "cpu");
            cpu.putObject("target").put("type", "Utilization").put("averageUtilization", 80);
        }
    }

    /** Fields that the server has set itself survive an update that does not mention them. */
    static void keep(ApiResource resource, ObjectNode next, JsonNode former) {
        ObjectNode meta = next.withObject("/metadata");
        for (String field : new String[] {"uid", "creationTimestamp", "generation", "deletionTimestamp", "namespace"}) {
            if (former.path("metadata").has(field)) {
                meta.set(field, former.path("metadata").path(field));
            } else {
                meta.remove(field);
            }
        }
        if (resource.equals(ApiResource.SERVICES)) {
            for (String field : new String[] {"clusterIP", "clusterIPs"}) {
                if (!next.path("spec").hasNonNull(field) && former.path("spec").has(field)) {
                    next.withObject("/spec").set(field, former.path("spec").path(field));
                }
            }
        }
    }

    static void text(ObjectNode object, String field, String value) {
        if (!object.hasNonNull(field)) {
            object.put(field, value);
        }
    }

    static void number(ObjectNode object, String field, int value) {
        if (!object.hasNonNull(field)) {
            object.put(field, value);
        }
    }

    private static void object(ObjectNode object, String field) {
        if (!object.hasNonNull(field)) {
            object.putObject(field);
        }
    }
}
