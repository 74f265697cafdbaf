package io.github.amlmaven.emulator.containerinstance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.container.SupervisedContainer;
import io.github.amlmaven.emulator.container.SupervisedContainer.State;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** What happened to a container, in the shape of container instances: equal events are counted, not repeated. */
final class ContainerEvents implements SupervisedContainer.Listener {

    private static final int LIMIT = 50;

    private final Clock clock;
    private final Map<String, ObjectNode> events = new LinkedHashMap<>();

    ContainerEvents(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void changed() {
        // The view is made from the present state whenever it is asked for.
    }

    @Override
    public synchronized void event(String type, String reason, String message) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectNode event = events.computeIfAbsent(
                type + reason + message,
                key -> JsonNodeFactory.instance
                        .objectNode()
                        .put("count", 0)
                        .put("firstTimestamp", now)
                        .put("lastTimestamp", now)
                        .put("name", reason)
                        .put("message", message)
                        .put("type", type));
        event.put("count", event.path("count").asInt() + 1).put("lastTimestamp", now);
        if (events.size() > LIMIT) {
            events.remove(events.keySet().iterator().next());
        }
    }

    synchronized ArrayNode view() {
        ArrayNode view = JsonNodeFactory.instance.arrayNode();
        events.values().forEach(event -> view.add(event.deepCopy()));
        return view;
    }

    static ObjectNode state(State state) {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.put(
                "state",
                switch (state.phase()) {
                    case WAITING -> "Waiting";
                    case RUNNING -> "Running";
                    case TERMINATED -> "Terminated";
                });
        state.startedAt().ifPresent(at -> view.put("startTime", seconds(at)));
        state.exitCode().ifPresent(code -> view.put("exitCode", code));
        state.finishedAt().ifPresent(at -> view.put("finishTime", seconds(at)));
        String detail = state.message().isEmpty() ? state.reason() : state.reason() + ": " + state.message();
        view.put("detailStatus", detail);
        return view;
    }

    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
