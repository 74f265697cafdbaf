package io.github.amlmaven.core.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ReceivedRequest;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/** As much of a Kubernetes API server as a deployment needs: apply, read, list, delete; a Deployment is ready at once. */
final class PlayedCluster {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, ObjectNode> objects = new TreeMap<>();
    private final LoopbackService service;
    private Consumer<ObjectNode> controller = PlayedCluster::ready;

    PlayedCluster(LoopbackService service) {
        this.service = service;
        service.otherwise(this::answer);
    }

    /** What becomes of a Deployment's status. */
    void controller(Consumer<ObjectNode> value) {
        controller = value;
    }

    ObjectNode object(String path) {
        return Objects.requireNonNull(objects.get(path), path);
    }

    void put(String path, String json) throws Exception {
        objects.put(path, (ObjectNode) JSON.readTree(json));
    }

    boolean has(String path) {
        return objects.containsKey(path);
    }

    private synchronized Answer answer(ReceivedRequest request) {
        String path = request.path();
        if (path.endsWith("/log")) {
            return Answer.text(200, "Traceback\nKeyError: 'model.pkl'\n");
        }
        return switch (request.method()) {
            case "PATCH" -> apply(request);
            case "GET" ->
                objects.containsKey(path)
                        ? Answer.json(200, object(path).toString())
                        : isCollection(path) ? list(request) : notFound(path);
            case "DELETE" -> objects.remove(path) == null ? notFound(path) : Answer.json(200, "{\"kind\":\"Status\"}");
            default -> Answer.error(405, "x", request.toString());
        };
    }

    private Answer apply(ReceivedRequest request) {
        String path = request.path();
        ObjectNode wanted = Serialization.unmarshal(request.text(), ObjectNode.class);
        ObjectNode before = objects.get(path);
        long generation = before == null ? 1 : before.at("/metadata/generation").asLong();
        if (before != null && !before.path("spec").equals(wanted.path("spec"))) {
            generation++;
        }
        ((ObjectNode) wanted.get("metadata")).put("generation", generation);
        if (path.contains("/deployments/")) {
            controller.accept(wanted);
        }
        if (path.contains("/services/")) {
            wanted.putObject("status")
                    .putObject("loadBalancer")
                    .putArray("ingress")
                    .addObject()
                    .put("ip", "20.9.8.7")
                    .putArray("ports")
                    .addObject()
                    .put("port", 31080)
                    .put("protocol", "TCP");
        }
        objects.put(path, wanted);
        return Answer.json(before == null ? 201 : 200, wanted.toString());
    }

    static void ready(ObjectNode deployment) {
        long wanted = deployment.at("/spec/replicas").asLong(1);
        deployment
                .putObject("status")
                .put("observedGeneration", deployment.at("/metadata/generation").asLong())
                .put("replicas", wanted)
                .put("updatedReplicas", wanted)
                .put("availableReplicas", wanted);
    }

    private static boolean isCollection(String path) {
        return path.matches(".*/(deployments|services|secrets|horizontalpodautoscalers|pods|events|gateways)");
    }

    private Answer list(ReceivedRequest request) {
        ObjectNode list = JSON.createObjectNode().put("kind", "List").put("apiVersion", "v1");
        ArrayNode items = list.putArray("items");
        String selector = request.query().getOrDefault("labelSelector", "");
        objects.forEach((path, object) -> {
            boolean here = path.startsWith(request.path() + "/")
                    || path.replaceFirst("/namespaces/[^/]+", "").startsWith(request.path() + "/");
            if (here && matches(object, selector)) {
                items.add(object);
            }
        });
        return Answer.json(200, list.toString());
    }

    private static boolean matches(JsonNode object, String selector) {
        for (String term : selector.isEmpty() ? new String[0] : selector.split(",", -1)) {
            String[] parts = term.split("=", 2);
            if (!object.path("metadata").path("labels").path(parts[0]).asText().equals(parts[1])) {
                return false;
            }
        }
        return true;
    }

    private static Answer notFound(String path) {
        return Answer.json(
                404,
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404,"
                        + "\"message\":\"" + path + "\"}");
    }

    /** A kubeconfig whose only trust is the service's own certificate. */
    String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                current-context: one
                clusters:
                - name: c
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                contexts:
                - name: one
                  context: {cluster: c, user: u}
                - name: two
                  context: {cluster: c, user: u}
                users:
                - name: u
                  user: {token: cluster-token}
                """.formatted(service.uri(), certificate());
    }

    private String certificate() {
        try {
            byte[] der = service.endpoints().trustedCertificate().orElseThrow().getEncoded();
            String pem = "-----BEGIN CERTIFICATE-----\n"
                    + java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                    + "\n-----END CERTIFICATE-----\n";
            return java.util.Base64.getEncoder()
                    .encodeToString(pem.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }
}
