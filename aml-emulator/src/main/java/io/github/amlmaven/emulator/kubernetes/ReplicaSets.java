package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Keeps each ReplicaSet's number of pods, and removes what belongs to objects that are gone. */
final class ReplicaSets {

    private static final String COMPONENT = "replicaset-controller";

    private final ObjectStore store;
    private final Events events;

    ReplicaSets(ObjectStore store, Events events) {
        this.store = store;
        this.events = events;
    }

    void reconcile() {
        for (ObjectNode pod : store.list(ApiResource.PODS, "")) {
            if (Owned.orphaned(store, ApiResource.REPLICA_SETS, pod)) {
                end(pod);
            }
        }
        for (ObjectNode set : store.list(ApiResource.REPLICA_SETS, "")) {
            if (Owned.orphaned(store, ApiResource.DEPLOYMENTS, set)) {
                store.delete(ApiResource.REPLICA_SETS, ObjectStore.namespace(set), ObjectStore.name(set));
            } else {
                scale(set);
            }
        }
    }

    private void scale(ObjectNode set) {
        List<ObjectNode> pods = new ArrayList<>(Owned.by(store, ApiResource.PODS, set));
        pods.removeIf(pod -> pod.path("metadata").has("deletionTimestamp"));
        pods.sort(Comparator.comparing(Owned::podReady));
        int wanted = set.path("spec").path("replicas").asInt();
        for (int i = pods.size(); i < wanted; i++) {
            ObjectNode pod = create(set);
            pods.add(pod);
            events.record(
                    ApiResource.REPLICA_SETS,
                    set,
                    COMPONENT,
                    "Normal",
                    "SuccessfulCreate",
                    "Created pod: " + ObjectStore.name(pod));
        }
        while (pods.size() > wanted) {
            ObjectNode surplus = pods.remove(0);
            end(surplus);
            events.record(
                    ApiResource.REPLICA_SETS,
                    set,
                    COMPONENT,
                    "Normal",
                    "SuccessfulDelete",
                    "Deleted pod: " + ObjectStore.name(surplus));
        }
        status(set, pods);
    }

    private ObjectNode create(ObjectNode set) {
        JsonNode template = set.path("spec").path("template");
        ObjectNode pod = JsonNodeFactory.instance.objectNode();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode meta = pod.putObject("metadata");
        meta.put("name", ObjectStore.name(set) + "-" + ObjectRequests.suffix());
        meta.put("generateName", ObjectStore.name(set) + "-");
        meta.put("namespace", ObjectStore.namespace(set));
        for (String field : new String[] {"labels", "annotations"}) {
            if (template.path("metadata").has(field)) {
                meta.set(field, template.path("metadata").path(field).deepCopy());
            }
        }
        Owned.own(pod, ApiResource.REPLICA_SETS, set);
        pod.set("spec", template.path("spec").deepCopy());
        Defaults.apply(ApiResource.PODS, pod);
        return store.create(ApiResource.PODS, store.born(pod));
    }

    private void end(ObjectNode pod) {
        if (!pod.path("metadata").has("deletionTimestamp")) {
            store.update(ApiResource.PODS, ObjectStore.namespace(pod), ObjectStore.name(pod), present -> {
                present.withObject("/metadata")
                        .put(
                                "deletionTimestamp",
                                java.time.Instant.now()
                                        .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                                        .toString());
                return present;
            });
        }
    }

    private void status(ObjectNode set, List<ObjectNode> pods) {
        int ready = (int) pods.stream().filter(Owned::podReady).count();
        store.update(ApiResource.REPLICA_SETS, ObjectStore.namespace(set), ObjectStore.name(set), present -> {
            present.withObject("/status")
                    .put("replicas", pods.size())
                    .put("fullyLabeledReplicas", pods.size())
                    .put("readyReplicas", ready)
                    .put("availableReplicas", ready)
                    .put(
                            "observedGeneration",
                            present.path("metadata").path("generation").asLong());
            return present;
        });
    }
}
