package io.github.amlmaven.emulator.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Requests to online endpoints as they were answered, minute by minute, for a day. They are counted in memory, so that no
 * request waits for the disk, and written down a second later: an emulator that is killed loses the last second.
 */
public final class RequestMetrics implements AutoCloseable {

    private static final Duration KEPT = Duration.ofDays(1);
    private static final String COLLECTION = "requestMetrics";
    private static final String SEPARATOR = "\n";

    private final DocumentStore store;
    private final Clock clock;
    private final Executor later;
    private final Map<String, ConcurrentSkipListMap<Instant, Minute>> endpoints = new ConcurrentHashMap<>();
    private final Set<Place> unwritten = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean due = new AtomicBoolean();
    private boolean closed;

    /** Reads what an earlier emulator has written. */
    public RequestMetrics(DocumentStore store, Clock clock, Executor background) {
        this.store = store;
        this.clock = clock;
        this.later = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, background);
        // In the order of the keys, which for the parts of a minute is that of their first request.
        for (DocumentStore.Entry entry : store.list(COLLECTION, "")) {
            String[] key = entry.key().split(SEPARATOR, -1);
            Minute minute = minutes(key[0]).computeIfAbsent(Instant.parse(key[1]), any -> new Minute());
            entry.document().path("answered").forEach(one -> minute.add(Answered.read(one)));
            minute.written(minute.all().size());
        }
    }

    /**
     * One request.
     *
     * @param statusCode as the client saw it
     * @param modelStatusCode of the deployment's own server; 0 when there was no answer
     */
    public record Answered(String deployment, int statusCode, int modelStatusCode, double milliseconds) {

        private static Answered read(JsonNode one) {
            return new Answered(
                    one.path(0).asText(),
                    one.path(1).asInt(),
                    one.path(2).asInt(),
                    one.path(3).asDouble());
        }

        private void write(ArrayNode list) {
            list.addArray().add(deployment).add(statusCode).add(modelStatusCode).add(milliseconds);
        }

        /** A dimension's value by the name that Azure Monitor has for it. */
        String dimension(String name) {
            return switch (name) {
                case "deployment" -> deployment;
                case "statusCode" -> Integer.toString(statusCode);
                case "statusCodeClass" -> statusCode / 100 + "xx";
                case "modelStatusCode" -> modelStatusCode == 0 ? "" : Integer.toString(modelStatusCode);
                default -> "";
            };
        }
    }

    private record Place(String endpoint, Instant minute) {
        String key() {
            return endpoint + SEPARATOR + minute + SEPARATOR;
        }
    }

    private static final class Minute {
        private final List<Answered> answered = new ArrayList<>();
        private int written;

        synchronized void add(Answered one) {
            answered.add(one);
        }

        synchronized List<Answered> all() {
            return List.copyOf(answered);
        }

        synchronized int written() {
            return written;
        }

        synchronized void written(int count) {
            written = count;
        }

        synchronized List<Answered> unwritten(int first) {
            return List.copyOf(answered.subList(first, answered.size()));
        }
    }

    public void add(ResourceId endpoint, Answered answered) {
        Instant minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
        minutes(endpoint.key()).computeIfAbsent(minute, any -> new Minute()).add(answered);
        unwritten.add(new Place(endpoint.key(), minute));
        if (due.compareAndSet(false, true)) {
            later.execute(this::write);
        }
    }

    private ConcurrentSkipListMap<Instant, Minute> minutes(String endpoint) {
        return endpoints.computeIfAbsent(endpoint, any -> new ConcurrentSkipListMap<>());
    }

    private synchronized void write() {
        due.set(false);
        if (closed) {
            return;
        }
        for (Place place : List.copyOf(unwritten)) {
            unwritten.remove(place);
            NavigableMap<Instant, Minute> minutes = minutes(place.endpoint());
            Minute minute = minutes.get(place.minute());
            if (minute != null) {
                write(place, minute);
            }
            NavigableMap<Instant, Minute> old = minutes.headMap(place.minute().minus(KEPT), false);
            old.keySet().forEach(past -> store.deleteAll(COLLECTION, new Place(place.endpoint(), past).key()));
            old.clear();
        }
    }

    private void write(Place place, Minute minute) {
        int first = minute.written();
        List<Answered> fresh = minute.unwritten(first);
        if (!fresh.isEmpty()) {
            ObjectNode part = JsonNodeFactory.instance.objectNode();
            ArrayNode list = part.putArray("answered");
            fresh.forEach(one -> one.write(list));
            store.put(COLLECTION, place.key() + String.format(Locale.ROOT, "%010d", first), part);
            minute.written(first + fresh.size());
        }
    }

    /** The requests of one minute. */
    List<Answered> minute(ResourceId endpoint, Instant minute) {
        Minute found = endpoints
                .getOrDefault(endpoint.key(), new ConcurrentSkipListMap<>())
                .get(minute);
        return found == null ? List.of() : found.all();
    }

    Instant now() {
        return clock.instant();
    }

    /** Writes down the last second's. */
    @Override
    public synchronized void close() {
        write();
        closed = true;
    }
}
