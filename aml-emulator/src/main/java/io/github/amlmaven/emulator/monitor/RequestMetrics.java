package io.github.amlmaven.emulator.monitor;

import io.github.amlmaven.emulator.arm.ResourceId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Requests to online endpoints as they were answered, minute by minute; kept for a day and not over a restart. */
public final class RequestMetrics {

    private static final Duration KEPT = Duration.ofDays(1);

    private final Clock clock;
    private final Map<String, ConcurrentSkipListMap<Instant, List<Answered>>> endpoints = new ConcurrentHashMap<>();

    public RequestMetrics(Clock clock) {
        this.clock = clock;
    }

    /**
     * One request.
     *
     * @param statusCode as the client saw it
     * @param modelStatusCode of the deployment's own server; 0 when there was no answer
     */
    public record Answered(String deployment, int statusCode, int modelStatusCode, double milliseconds) {

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

    public void add(ResourceId endpoint, Answered answered) {
        Instant minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
        ConcurrentSkipListMap<Instant, List<Answered>> minutes =
                endpoints.computeIfAbsent(endpoint.key(), any -> new ConcurrentSkipListMap<>());
        minutes.headMap(minute.minus(KEPT)).clear();
        List<Answered> bucket = minutes.computeIfAbsent(minute, any -> new ArrayList<>());
        synchronized (bucket) {
            bucket.add(answered);
        }
    }

    /** The requests of one minute. */
    List<Answered> minute(ResourceId endpoint, Instant minute) {
        List<Answered> bucket = endpoints
                .getOrDefault(endpoint.key(), new ConcurrentSkipListMap<>())
                .get(minute);
        if (bucket == null) {
            return List.of();
        }
        synchronized (bucket) {
            return List.copyOf(bucket);
        }
    }

    Instant now() {
        return clock.instant();
    }
}
