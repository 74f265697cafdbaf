package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Moves each Deployment from its old ReplicaSets to the one of its present template. */
final class Deployments {

    private static final String COMPONENT = "deployment-controller";
    private static final String HASH = "pod-template-hash";
    private static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private final ObjectStore store;
    private final Clock clock;
    private final Events events;

    Deployments(ObjectStore store, Clock clock, Events events) {
        this.store = store;
        this.clock = clock;
        this.events = events;
    }

    void reconcile() {
        for (ObjectNode deployment : store.list(ApiResource.DEPLOYMENTS, "")) {
            if (!deployment.path("spec").path("paused").asBoolean()) {
                roll(deployment);
            }
            status(deployment);
        }
    }

    private void roll(ObjectNode deployment) {
        ObjectNode current = currentSet(deployment);
        List<ObjectNode> old = new ArrayList<>(Owned.by(store, ApiResource.REPLICA_SETS, deployment));
        old.removeIf(set -> ObjectStore.uid(set).equals(ObjectStore.uid(current)));
        int desired = deployment.path("spec").path("replicas").asInt();
        JsonNode strategy = deployment.path("spec").path("strategy");
        if (strategy.path("type").asText().equals("Recreate")) {
            old.forEach(set -> scale(deployment, set, 0));
            boolean gone = old.stream()
                    .allMatch(set -> Owned.by(store, ApiResource.PODS, set).isEmpty());
            scale(deployment, current, gone ? desired : replicas(current));
        } else {
            rollingUpdate(deployment, current, old, desired, strategy.path("rollingUpdate"));
        }
        forget(deployment, old);
    }

    private void rollingUpdate(
            ObjectNode deployment, ObjectNode current, List<ObjectNode> old, int desired, JsonNode limits) {
        int surge = part(limits.path("maxSurge"), desired, true);
        int unavailable = part(limits.path("maxUnavailable"), desired, false);
        unavailable = surge == 0 && unavailable == 0 ? 1 : unavailable;
        int oldTotal = old.stream().mapToInt(Deployments::replicas).sum();
        int room = desired + surge - oldTotal;
        int wanted = Math.min(desired, Math.max(room, Math.min(replicas(current), desired)));
        scale(deployment, current, oldTotal == 0 ? desired : wanted);
        int available = available(current)
                + old.stream().mapToInt(Deployments::available).sum();
        int spare = available - (desired - unavailable);
        for (ObjectNode set : old) {
            int broken = replicas(set) - available(set);
            int less = Math.min(replicas(set), broken + Math.max(0, spare));
            if (less > 0) {
                scale(deployment, set, replicas(set) - less);
                spare -= less - broken;
            }
        }
    }

    /** A number or a percentage, rounded up for surge and down for unavailable. */
    private static int part(JsonNode value, int of, boolean up) {
        String text = value.asText("25%");
        if (!text.endsWith("%")) {
            return Integer.parseInt(text);
        }
        double share = Integer.parseInt(text.substring(0, text.length() - 1)) * of / 100.0;
        return (int) (up ? Math.ceil(share) : Math.floor(share));
    }

    private static int replicas(JsonNode set) {
        return set.path("spec").path("replicas").asInt();
    }

    private static int available(JsonNode set) {
        return Math.min(
                replicas(set), set.path("status").path("availableReplicas").asInt());
    }

    private ObjectNode currentSet(ObjectNode deployment) {
        String hash = hash(deployment.path("spec").path("template"));
        String name = ObjectStore.name(deployment) + "-" + hash;
        String namespace = ObjectStore.namespace(deployment);
        return store.get(ApiResource.REPLICA_SETS, namespace, name).orElseGet(() -> {
            ObjectNode set = JsonNodeFactory.instance.objectNode();
            set.put("apiVersion", "apps/v1").put("kind", "ReplicaSet");
            JsonNode template = deployment.path("spec").path("template");
            ObjectNode meta = set.putObject("metadata").put("name", name).put("namespace", namespace);
            ObjectNode labels = template.path("metadata").path("labels").deepCopy();
            meta.set("labels", labels.put(HASH, hash));
            int revision = revision(deployment) + 1;
            meta.putObject("annotations").put(REVISION, Integer.toString(revision));
            Owned.own(set, ApiResource.DEPLOYMENTS, deployment);
            ObjectNode spec = set.putObject("spec").put("replicas", 0);
            ObjectNode selector = deployment.path("spec").path("selector").deepCopy();
            selector.withObject("/matchLabels").put(HASH, hash);
            spec.set("selector", selector);
            ObjectNode copy = template.deepCopy();
            copy.withObject("/metadata").withObject("/labels").put(HASH, hash);
            spec.set("template", copy);
            ObjectNode created = store.create(ApiResource.REPLICA_SETS, store.born(set));
            store.update(ApiResource.DEPLOYMENTS, namespace, ObjectStore.name(deployment), present -> {
                present.withObject("/metadata").withObject("/annotations").put(REVISION, Integer.toString(revision));
                return present;
            });
            return created;
        });
    }

    private static int revision(JsonNode object) {
        return object.path("metadata").path("annotations").path(REVISION).asInt();
    }

    private static String hash(JsonNode template) {
        CRC32 crc = new CRC32();
        crc.update(template.toString().getBytes(StandardCharsets.UTF_8));
        StringBuilder hash = new StringBuilder();
        for (long rest = crc.getValue() | 1L << 33; rest > 0; rest /= ALPHABET.length()) {
            hash.append(ALPHABET.charAt((int) (rest % ALPHABET.length())));
        }
        return hash.toString();
    }

    private void scale(ObjectNode deployment, ObjectNode set, int replicas) {
        int before = replicas(set);
        if (before == replicas) {
            return;
        }
        store.update(ApiResource.REPLICA_SETS, ObjectStore.namespace(set), ObjectStore.name(set), present -> {
            present.withObject("/spec").put("replicas", replicas);
            return present;
        });
        set.withObject("/spec").put("replicas", replicas);
        events.record(
                ApiResource.DEPLOYMENTS,
                deployment,
                COMPONENT,
                "Normal",
                "ScalingReplicaSet",
                "Scaled " + (replicas > before ? "up" : "down") + " replica set " + ObjectStore.name(set) + " to "
                        + replicas + " from " + before);
    }

    /** Keeps as many empty old sets as the history limit says. */
    private void forget(ObjectNode deployment, List<ObjectNode> old) {
        int limit = deployment.path("spec").path("revisionHistoryLimit").asInt(10);
        List<ObjectNode> empty = new ArrayList<>(old);
        empty.removeIf(set ->
                replicas(set) > 0 || !Owned.by(store, ApiResource.PODS, set).isEmpty());
        empty.sort(java.util.Comparator.comparingInt(Deployments::revision));
        for (int i = 0; i < empty.size() - limit; i++) {
            store.delete(ApiResource.REPLICA_SETS, ObjectStore.namespace(deployment), ObjectStore.name(empty.get(i)));
        }
    }

    private void status(ObjectNode seen) {
        String hash = hash(seen.path("spec").path("template"));
        List<ObjectNode> sets = Owned.by(store, ApiResource.REPLICA_SETS, seen);
        int total = 0;
        int ready = 0;
        int updated = 0;
        int fresh = 0;
        for (ObjectNode set : sets) {
            JsonNode status = set.path("status");
            total += status.path("replicas").asInt();
            ready += status.path("readyReplicas").asInt();
            if (ObjectStore.name(set).equals(ObjectStore.name(seen) + "-" + hash)) {
                updated = status.path("replicas").asInt();
                fresh = status.path("availableReplicas").asInt();
            }
        }
        Counts counts = new Counts(total, ready, updated, fresh, hash);
        store.update(ApiResource.DEPLOYMENTS, ObjectStore.namespace(seen), ObjectStore.name(seen), present -> {
            // A template that changed since is looked at in the next round, so its generation is not yet observed.
            boolean same = hash(present.path("spec").path("template")).equals(hash);
            return same ? described(present, counts) : present;
        });
    }

    private record Counts(int total, int ready, int updated, int fresh, String hash) {}

    private ObjectNode described(ObjectNode present, Counts counts) {
        int desired = present.path("spec").path("replicas").asInt();
        int unavailable = part(
                present.path("spec").path("strategy").path("rollingUpdate").path("maxUnavailable"), desired, false);
        ObjectNode status = present.withObject("/status");
        status.put(
                "observedGeneration",
                present.path("metadata").path("generation").asLong());
        count(status, "replicas", counts.total());
        count(status, "updatedReplicas", counts.updated());
        count(status, "readyReplicas", counts.ready());
        count(status, "availableReplicas", counts.ready());
        count(status, "unavailableReplicas", Math.max(0, Math.max(desired, counts.total()) - counts.ready()));
        var conditions = status.withArray("conditions");
        boolean enough = counts.ready() >= desired - unavailable;
        Owned.condition(
                conditions,
                clock,
                "Available",
                enough,
                enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.");
        progress(present, status, counts, desired);
        return present;
    }

    private void progress(ObjectNode present, ObjectNode status, Counts counts, int desired) {
        String set = "ReplicaSet \"" + ObjectStore.name(present) + "-" + counts.hash() + "\"";
        boolean done = counts.updated() == desired && counts.fresh() == desired && counts.total() == desired;
        var conditions = status.withArray("conditions");
        if (done) {
            Owned.condition(
                    conditions,
                    clock,
                    "Progressing",
                    true,
                    "NewReplicaSetAvailable",
                    set + " has successfully progressed.");
            return;
        }
        Duration limit = Duration.ofSeconds(
                present.path("spec").path("progressDeadlineSeconds").asLong(600));
        for (JsonNode condition : conditions) {
            boolean progressing = condition.path("type").asText().equals("Progressing");
            boolean ongoing = !condition.path("reason").asText().equals("NewReplicaSetAvailable")
                    && condition.path("message").asText().startsWith(set);
            if (progressing
                    && ongoing
                    && Owned.time(condition.path("lastUpdateTime")).plus(limit).isBefore(clock.instant())) {
                Owned.condition(
                        conditions,
                        clock,
                        "Progressing",
                        false,
                        "ProgressDeadlineExceeded",
                        set + " has timed out progressing.");
                return;
            }
            if (progressing && condition.path("status").asText().equals("False") && ongoing) {
                return;
            }
        }
        String progress =
                set + " is progressing: " + counts.fresh() + " of " + desired + " updated replicas available.";
        Owned.condition(conditions, clock, "Progressing", true, "ReplicaSetUpdated", progress);
    }

    /** Zero is left out, as the server does. */
    private static void count(ObjectNode status, String field, int value) {
        if (value == 0) {
            status.remove(field);
        } else {
            status.put(field, value);
        }
    }
}
