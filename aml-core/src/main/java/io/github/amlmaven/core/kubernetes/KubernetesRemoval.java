package io.github.amlmaven.core.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Deletes the objects of a scoring deployment; only such that carry this plugin's labels. */
public final class KubernetesRemoval {

    private final KubernetesClient client;

    public KubernetesRemoval(KubernetesClient client) {
        this.client = client;
    }

    /** The objects that {@link #remove} would delete. */
    public List<String> find(String namespace, String name) {
        return objects(namespace, name).stream()
                .map(KubernetesDeployment::describe)
                .toList();
    }

    /** Deletes the objects and says which; none when there are none. The namespace stays. */
    public List<String> remove(String namespace, String name) {
        List<String> removed = new ArrayList<>();
        try {
            for (HasMetadata object : objects(namespace, name)) {
                client.resource(object).inNamespace(namespace).delete();
                removed.add(KubernetesDeployment.describe(object));
            }
        } catch (KubernetesClientException e) {
            throw KubernetesErrors.of("undeploy '" + name + "'", e);
        }
        return removed;
    }

    /** A model that was deployed in versions has a route, which names them. */
    private List<HasMetadata> objects(String namespace, String name) {
        try {
            List<HasMetadata> all = new ArrayList<>();
            RouteDialect.find(client).ifPresent(dialect -> all.addAll(routed(dialect, namespace, name)));
            all.addAll(ofOne(namespace, name));
            return all;
        } catch (KubernetesClientException e) {
            throw KubernetesErrors.of("read the objects of '" + name + "'", e);
        }
    }

    private List<HasMetadata> routed(RouteDialect dialect, String namespace, String name) {
        List<HasMetadata> all = new ArrayList<>();
        client
                .genericKubernetesResources(dialect.kind())
                .inNamespace(namespace)
                .withLabels(ScoringObjects.labels(name))
                .list()
                .getItems()
                .stream()
                .filter(found -> name.equals(found.getMetadata().getName()))
                .forEach(route -> {
                    all.add(route);
                    ObjectNode document = client.getKubernetesSerialization().convertValue(route, ObjectNode.class);
                    dialect.versions(document)
                            .forEach(version -> all.addAll(ofOne(namespace, RouteFrame.serviceOf(name, version))));
                });
        return all;
    }

    private List<HasMetadata> ofOne(String namespace, String name) {
        Map<String, String> labels = ScoringObjects.labels(name);
        List<HasMetadata> objects = new ArrayList<>();
        try {
            objects.addAll(client.autoscaling()
                    .v2()
                    .horizontalPodAutoscalers()
                    .inNamespace(namespace)
                    .withLabels(labels)
                    .list()
                    .getItems());
            objects.addAll(client.apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withLabels(labels)
                    .list()
                    .getItems());
            objects.addAll(client.services()
                    .inNamespace(namespace)
                    .withLabels(labels)
                    .list()
                    .getItems());
            objects.addAll(client.secrets()
                    .inNamespace(namespace)
                    .withLabels(labels)
                    .list()
                    .getItems());
            return objects;
        } catch (KubernetesClientException e) {
            throw KubernetesErrors.of("read the objects of '" + name + "'", e);
        }
    }
}
