package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** Records events about objects; the same event again is counted. */
final class Events {

    private static final int LIMIT = 500;

    private final ObjectStore store;
    private final Clock clock;
    private final Map<String, String[]> known = new LinkedHashMap<>();

    Events(ObjectStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** @param component who tells: {@code kubelet}, {@code deployment-controller} */
    synchronized void record(
            ApiResource resource, JsonNode object, String component, String type, String reason, String message) {
        String namespace = ObjectStore.namespace(object);
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String key = ObjectStore.uid(object) + type + reason + message;
        String[] place = known.get(key);
        if (place != null && store.get(ApiResource.EVENTS, place[0], place[1]).isPresent()) {
            store.update(
                    ApiResource.EVENTS,
                    place[0],
                    place[1],
                    event -> event.put("count", event.path("count").asInt() + 1).put("lastTimestamp", now));
            return;
        }
        String name = ObjectStore.name(object) + "." + Long.toHexString(System.nanoTime());
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("kind", "Event").put("apiVersion", "v1");
        event.putObject("metadata").put("name", name).put("namespace", namespace);
        event.putObject("involvedObject")
                .put("kind", resource.kind())
                .put("namespace", namespace)
                .put("name", ObjectStore.name(object))
                .put("uid", ObjectStore.uid(object))
                .put("apiVersion", resource.apiVersion())
                .put(
                        "resourceVersion",
                        object.path("metadata").path("resourceVersion").asText());
        event.put("reason", reason).put("message", message).put("type", type).put("count", 1);
        event.putObject("source").put("component", component);
        event.put("firstTimestamp", now).put("lastTimestamp", now);
        event.put("reportingComponent", component).put("reportingInstance", "emulator");
        store.create(ApiResource.EVENTS, store.born(event));
        known.put(key, new String[] {namespace, name});
        if (known.size() > LIMIT) {
            String oldest = known.keySet().iterator().next();
            String[] gone = known.remove(oldest);
            if (gone != null) {
                store.delete(ApiResource.EVENTS, gone[0], gone[1]);
            }
        }
    }
}
