package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ArmError;
import io.github.amlmaven.emulator.arm.Operations;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.http.Routes;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.Provider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Microsoft.ContainerService: managed clusters, each with a Kubernetes API under {@code /k8s/{cluster}}. */
public final class KubernetesProvider implements Provider {

    private static final String NAMESPACE = "Microsoft.ContainerService";
    public static final String TYPE = NAMESPACE + "/managedClusters";
    private static final String LIST = "/subscriptions/{s}/resourceGroups/{g}/providers/" + TYPE;
    private static final String CLUSTER = LIST + "/{name}";
    private static final String TOKENS = "kubernetes.clusters";

    private final EmulatorContext context;
    private final ResourceStore resources;
    private final Operations operations;
    private final ContainerRuntime runtime;
    private final Path certificate;
    private final Map<String, KubernetesApi> apis = new ConcurrentHashMap<>();
    private final Map<String, Cluster> clusters = new ConcurrentHashMap<>();

    /** @param certificate the HTTPS listener's certificate as PEM, which goes into kubeconfigs */
    public KubernetesProvider(
            EmulatorContext context,
            ResourceStore resources,
            Operations operations,
            ContainerRuntime runtime,
            Path certificate) {
        this.context = context;
        this.resources = resources;
        this.operations = operations;
        this.runtime = runtime;
        this.certificate = certificate;
    }

    @Override
    public void declare(Routes routes) {
        routes.add("GET", "/subscriptions/{s}/providers/" + TYPE, exchange -> list(exchange, Optional.empty()));
        routes.add("GET", LIST, exchange -> list(exchange, Optional.of(exchange.variable("g"))));
        routes.add("GET", CLUSTER, exchange -> exchange.send(200, present(id(exchange))));
        routes.add("PUT", CLUSTER, this::put);
        routes.add("DELETE", CLUSTER, this::delete);
        for (String role : new String[] {"User", "Admin"}) {
            routes.add(
                    "POST",
                    CLUSTER + "/listCluster" + role + "Credential",
                    exchange -> credential(exchange, "cluster" + role));
        }
        routes.add("GET|POST|PUT|PATCH|DELETE", "/k8s/{cluster}/{path...}", this::kubernetes);
    }

    private static ResourceId id(Exchange exchange) {
        return new ResourceId("/subscriptions/" + exchange.variable("s") + "/resourceGroups/" + exchange.variable("g")
                + "/providers/" + TYPE + "/" + exchange.variable("name"));
    }

    private ObjectNode present(ResourceId id) {
        return resources.get(id).orElseThrow(() -> ArmError.resourceNotFound(id));
    }

    private void list(Exchange exchange, Optional<String> resourceGroup) throws IOException {
        String subscription = "/subscriptions/" + exchange.variable("s");
        List<String> groups = new ArrayList<>();
        resourceGroup.ifPresentOrElse(
                groups::add,
                () -> resources
                        .children(new ResourceId(subscription), "resourceGroups")
                        .forEach(group -> groups.add(group.path("name").asText())));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        var value = answer.putArray("value");
        for (String group : groups) {
            ResourceId parent = new ResourceId(subscription + "/resourceGroups/" + group + "/providers/" + NAMESPACE);
            resources.children(parent, "managedClusters").forEach(value::add);
        }
        exchange.send(200, answer);
    }

    /** Makes a cluster when it does not exist. */
    public void ensure(ResourceId id, String location) {
        if (resources.get(id).isEmpty()) {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("location", location);
            resources.put(id, document(id, body, "Succeeded"));
        }
    }

    private ObjectNode document(ResourceId id, JsonNode body, String state) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", id.value()).put("name", id.name()).put("type", TYPE);
        for (String key : new String[] {"location", "tags", "identity", "sku", "kind"}) {
            if (body.hasNonNull(key)) {
                document.set(key, body.path(key).deepCopy());
            }
        }
        ObjectNode properties = document.putObject("properties");
        if (body.path("properties") instanceof ObjectNode given) {
            properties.setAll(given.deepCopy());
        }
        properties.put("provisioningState", state);
        properties.putObject("powerState").put("code", "Running");
        properties.put("kubernetesVersion", Discovery.VERSION).put("currentKubernetesVersion", Discovery.VERSION);
        properties.put("enableRBAC", true);
        properties
                .put("fqdn", "localhost")
                .put("nodeResourceGroup", "MC_" + id.segment("resourceGroups") + "_" + id.name());
        if (!properties.hasNonNull("dnsPrefix")) {
            properties.put("dnsPrefix", id.name());
        }
        if (!properties.path("agentPoolProfiles").isArray()) {
            properties
                    .putArray("agentPoolProfiles")
                    .addObject()
                    .put("name", "nodepool1")
                    .put("count", 1)
                    .put("vmSize", "Standard_DS2_v2")
                    .put("mode", "System")
                    .put("osType", "Linux");
        }
        return document;
    }

    private void put(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        JsonNode body = exchange.json();
        if (body.path("location").asText().isEmpty()) {
            throw ArmError.badRequest("LocationRequired", "The location property is required for this definition.");
        }
        boolean created = resources.get(id).isEmpty();
        requireFreeName(id);
        resources.put(id, document(id, body, created ? "Creating" : "Updating"));
        operations.start(exchange, Operations.Style.ASYNC_OPERATION, NAMESPACE, id, () -> {
            open(id).istio(istio(body));
            resources.update(id, present -> {
                present.withObject("/properties").put("provisioningState", "Succeeded");
                return present;
            });
            return present(id);
        });
        exchange.send(created ? 201 : 200, present(id));
    }

    /** The API server's address holds only the cluster's name, so two resource groups cannot share one here. */
    private void requireFreeName(ResourceId id) {
        context.store().get(TOKENS, key(id)).ifPresent(cluster -> {
            if (!cluster.path("id").asText().equalsIgnoreCase(id.value())) {
                throw HttpError.arm(
                        409,
                        "DnsPrefixInUse",
                        "The emulator has a cluster named '" + id.name() + "' already: "
                                + cluster.path("id").asText());
            }
        });
    }

    private static String key(ResourceId id) {
        return id.name().toLowerCase(Locale.ROOT);
    }

    private synchronized Cluster open(ResourceId id) {
        return clusters.computeIfAbsent(key(id), name -> {
            ObjectNode fresh = JsonNodeFactory.instance.objectNode();
            fresh.put("id", id.value()).put("token", UUID.randomUUID() + "" + UUID.randomUUID());
            context.store().putIfAbsent(TOKENS, name, fresh);
            String token = context.store()
                    .get(TOKENS, name)
                    .map(document -> document.path("token").asText())
                    .orElseThrow();
            Cluster cluster = new Cluster(context, name, token, runtime).start();
            cluster.istio(resources.get(id).map(KubernetesProvider::istio).orElse(false));
            apis.put(name, new KubernetesApi(cluster, context.clock()));
            return cluster;
        });
    }

    /** Whether the Istio add-on is on: {@code serviceMeshProfile} of the managed cluster. */
    private static boolean istio(JsonNode cluster) {
        return cluster.path("properties")
                .path("serviceMeshProfile")
                .path("mode")
                .asText()
                .equals("Istio");
    }

    private void delete(Exchange exchange) throws IOException {
        ResourceId id = id(exchange);
        if (resources.get(id).isEmpty()) {
            exchange.send(204);
            return;
        }
        operations.start(exchange, Operations.Style.LOCATION, NAMESPACE, id, () -> {
            apis.remove(key(id));
            Cluster cluster = clusters.remove(key(id));
            if (cluster != null) {
                cluster.close();
                cluster.store().clear();
            }
            context.store().delete(TOKENS, key(id));
            resources.delete(id);
            return JsonNodeFactory.instance.nullNode();
        });
        exchange.send(202);
    }

    private void credential(Exchange exchange, String user) throws IOException {
        ResourceId id = id(exchange);
        present(id);
        String config = kubeconfig(id, user, open(id).token());
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.putArray("kubeconfigs")
                .addObject()
                .put("name", user)
                .put("value", Base64.getEncoder().encodeToString(config.getBytes(StandardCharsets.UTF_8)));
        exchange.send(200, answer);
    }

    private String kubeconfig(ResourceId id, String user, String token) throws IOException {
        String authority = Base64.getEncoder().encodeToString(Files.readAllBytes(certificate));
        String account = user + "_" + id.segment("resourceGroups") + "_" + id.name();
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: %1$s
                  cluster:
                    certificate-authority-data: %2$s
                    server: %3$s/k8s/%4$s
                contexts:
                - name: %1$s
                  context:
                    cluster: %1$s
                    user: %5$s
                current-context: %1$s
                preferences: {}
                users:
                - name: %5$s
                  user:
                    token: %6$s
                """.formatted(id.name(), authority, context.endpoints().https(), key(id), account, token);
    }

    private void kubernetes(Exchange exchange) throws IOException {
        KubernetesApi api = apis.get(exchange.variable("cluster").toLowerCase(Locale.ROOT));
        if (api == null) {
            throw StatusError.of(404, "NotFound", "the server could not find the requested resource");
        }
        api.handle(exchange, exchange.variable("path"));
    }

    /** Clusters come up with their workloads. */
    @Override
    public void resume() {
        String subscription = "/subscriptions/" + context.options().subscriptionId();
        for (ObjectNode group : resources.children(new ResourceId(subscription), "resourceGroups")) {
            ResourceId parent = new ResourceId(group.path("id").asText() + "/providers/" + NAMESPACE);
            for (ObjectNode cluster : resources.children(parent, "managedClusters")) {
                open(new ResourceId(cluster.path("id").asText()));
            }
        }
    }

    @Override
    public void close() {
        clusters.values().parallelStream().forEach(Cluster::close);
    }
}
