package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;

/** One cluster's objects with resource versions, and the stream of their changes. */
final class ObjectStore {

    private static final String COLLECTION = "kubernetes.objects";
    private static final int HISTORY = 4000;

    private final DocumentStore documents;
    private final String cluster;
    private final Clock clock;
    private final Deque<Change> history = new ArrayDeque<>();
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private long version;
    private long oldest;
    private volatile boolean closed;

    ObjectStore(DocumentStore documents, String cluster, Clock clock) {
        this.documents = documents;
        this.cluster = cluster;
        this.clock = clock;
        this.version = documents.list(COLLECTION, cluster + "/").stream()
                        .mapToLong(entry -> version(entry.document()))
                        .max()
                        .orElse(0)
                // versions of deleted objects may have been higher; a gap is harmless
                + 1000;
        this.oldest = version;
    }

    /** A change; {@code type} is {@code ADDED}, {@code MODIFIED} or {@code DELETED}. */
    record Change(long version, String type, ApiResource resource, ObjectNode object) {}

    /** A subscription: its queue holds all changes since it began. */
    record Watch(BlockingQueue<Change> queue) {}

    static long version(JsonNode object) {
        return object.path("metadata").path("resourceVersion").asLong();
    }

    static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    static String namespace(JsonNode object) {
        return object.path("metadata").path("namespace").asText();
    }

    static String uid(JsonNode object) {
        return object.path("metadata").path("uid").asText();
    }

    private String key(ApiResource resource, String namespace, String name) {
        return prefix(resource) + namespace + "/" + name;
    }

    private String prefix(ApiResource resource) {
        return cluster + "/" + resource.qualifiedPlural() + "/";
    }

    synchronized long version() {
        return version;
    }

    Optional<ObjectNode> get(ApiResource resource, String namespace, String name) {
        return documents.get(COLLECTION, key(resource, namespace, name));
    }

    /** @param namespace empty for all */
    List<ObjectNode> list(ApiResource resource, String namespace) {
        String prefix = prefix(resource) + (namespace.isEmpty() ? "" : namespace + "/");
        return documents.list(COLLECTION, prefix).stream()
                .map(DocumentStore.Entry::document)
                .toList();
    }

    /** Gives the object its identity without storing it. */
    ObjectNode born(ObjectNode object) {
        ObjectNode meta = object.withObject("/metadata");
        meta.put("uid", UUID.randomUUID().toString());
        meta.put(
                "creationTimestamp",
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        if (object.has("spec")) {
            meta.put("generation", 1);
        }
        return object;
    }

    synchronized ObjectNode create(ApiResource resource, ObjectNode object) {
        String name = name(object);
        String namespace = namespace(object);
        if (get(resource, namespace, name).isPresent()) {
            throw StatusError.alreadyExists(resource, name);
        }
        ObjectNode stored = object.deepCopy();
        write(resource, stored, "ADDED");
        return stored.deepCopy();
    }

    /**
     * Changes an object; a change that makes no difference leaves the version as it is. A change of {@code spec} raises
     * the generation.
     *
     * @param change from a copy of the present object to the new one
     */
    synchronized ObjectNode update(
            ApiResource resource, String namespace, String name, UnaryOperator<ObjectNode> change) {
        ObjectNode present = get(resource, namespace, name).orElseThrow(() -> StatusError.notFound(resource, name));
        ObjectNode next = next(present, change);
        if (!same(next, present)) {
            write(resource, next, "MODIFIED");
        }
        return next.deepCopy();
    }

    /** Numbers read back from the store have other node types than those that were put; only their value counts. */
    private static boolean same(JsonNode one, JsonNode other) {
        return one.equals(
                (a, b) -> {
                    boolean equal = (a.isNumber() && b.isNumber())
                            ? a.decimalValue().compareTo(b.decimalValue()) == 0
                            : a.equals(b);
                    return equal ? 0 : 1;
                },
                other);
    }

    /** What {@link #update} would store. */
    static ObjectNode next(ObjectNode present, UnaryOperator<ObjectNode> change) {
        ObjectNode next = change.apply(present.deepCopy());
        next.withObject("/metadata")
                .set("resourceVersion", present.path("metadata").path("resourceVersion"));
        long generation = present.path("metadata").path("generation").asLong();
        if (generation > 0) {
            boolean same = same(next.path("spec"), present.path("spec"));
            next.withObject("/metadata").put("generation", same ? generation : generation + 1);
        }
        return next;
    }

    synchronized Optional<ObjectNode> delete(ApiResource resource, String namespace, String name) {
        Optional<ObjectNode> present = get(resource, namespace, name);
        if (present.isPresent()) {
            documents.delete(COLLECTION, key(resource, namespace, name));
            version++;
            ObjectNode last = present.get().deepCopy();
            last.withObject("/metadata").put("resourceVersion", Long.toString(version));
            publish(new Change(version, "DELETED", resource, last));
        }
        return present;
    }

    private void write(ApiResource resource, ObjectNode object, String type) {
        version++;
        object.withObject("/metadata").put("resourceVersion", Long.toString(version));
        documents.put(COLLECTION, key(resource, namespace(object), name(object)), object);
        publish(new Change(version, type, resource, object.deepCopy()));
    }

    private void publish(Change change) {
        history.addLast(change);
        if (history.size() > HISTORY) {
            oldest = history.removeFirst().version();
        }
        watches.forEach(watch -> watch.queue().add(change));
    }

    /**
     * Subscribes to changes after a version.
     *
     * @throws io.github.amlmaven.emulator.http.HttpError 410 when that version is too long ago
     */
    synchronized Watch watch(long since) {
        if (since < oldest) {
            throw StatusError.of(410, "Expired", "too old resource version: " + since + " (" + oldest + ")");
        }
        Watch watch = new Watch(new LinkedBlockingQueue<>());
        history.stream().filter(change -> change.version() > since).forEach(watch.queue()::add);
        watches.add(watch);
        return watch;
    }

    void unwatch(Watch watch) {
        watches.remove(watch);
    }

    /** Lets watches end. */
    void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    /** Removes every object of the cluster. */
    synchronized void clear() {
        for (DocumentStore.Entry entry : new ArrayList<>(documents.list(COLLECTION, cluster + "/"))) {
            documents.delete(COLLECTION, entry.key());
        }
    }
}
