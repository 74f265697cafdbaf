package io.github.amlmaven.emulator.job.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Every value that jobs have measured: one document a request, so that taking a value costs the same however many there
 * were before.
 */
public final class MetricHistory {

    private static final String COLLECTION = "job.metrics";
    private static final String LATEST = "latestMetrics";

    private final DocumentStore store;
    private final Map<String, AtomicLong> sizes = new ConcurrentHashMap<>();

    MetricHistory(DocumentStore store) {
        this.store = store;
    }

    /** Keeps values as they came, and returns them as they are kept. */
    public List<ObjectNode> append(ResourceId job, JsonNode values) {
        List<ObjectNode> entries = new ArrayList<>();
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        values.forEach(value -> entries.add(JsonNodeFactory.instance
                .objectNode()
                .put("key", value.path("key").asText())
                .put("value", value.path("value").asDouble())
                .put("step", value.path("step").asLong())
                .put("timestamp", value.path("timestamp").asLong())));
        document.putArray("values").addAll(entries);
        long number = sizes.computeIfAbsent(
                        prefix(job),
                        prefix -> new AtomicLong(store.list(COLLECTION, prefix).size()))
                .getAndIncrement();
        store.put(COLLECTION, prefix(job) + String.format("%012d", number), document);
        return entries;
    }

    /** All values of a metric, in the order in which they came. */
    public List<ObjectNode> history(ResourceId job, String key) {
        List<ObjectNode> values = new ArrayList<>();
        for (DocumentStore.Entry entry : store.list(COLLECTION, prefix(job))) {
            for (JsonNode value : entry.document().path("values")) {
                if (value.path("key").asText().equals(key)) {
                    values.add((ObjectNode) value);
                }
            }
        }
        return values;
    }

    void delete(ResourceId job) {
        store.list(COLLECTION, prefix(job)).forEach(entry -> store.delete(COLLECTION, entry.key()));
        sizes.remove(prefix(job));
    }

    /** Notes a value as its metric's latest unless a later one is known: by step, then time, then value, as MLflow does. */
    public static void latest(ObjectNode run, ObjectNode entry) {
        String key = entry.path("key").asText();
        ObjectNode latest = run.withObjectProperty(LATEST);
        JsonNode known = latest.path(key);
        if (known.isMissingNode() || later(entry, known)) {
            latest.set(key, entry);
            run.withObjectProperty("metrics").set(key, entry.get("value"));
        }
    }

    private static boolean later(JsonNode one, JsonNode other) {
        int steps = Long.compare(one.path("step").asLong(), other.path("step").asLong());
        int times = Long.compare(
                one.path("timestamp").asLong(), other.path("timestamp").asLong());
        int order = steps != 0 ? steps : times;
        return order > 0
                || (order == 0
                        && one.path("value").asDouble() >= other.path("value").asDouble());
    }

    private static String prefix(ResourceId job) {
        return job.key() + "#";
    }
}
