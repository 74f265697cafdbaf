package io.github.amlmaven.emulator.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The last requests and how many there were. Holds no secret: signatures, keys and tokens are struck out of queries. */
public final class RequestLog {

    /**
     * One answered request.
     *
     * @param number counts from 1 over the emulator's life
     * @param operation method and path template of the route that answered, or empty
     * @param query without the values of secret parameters
     * @param apiVersion empty when the request named none
     * @param status 0 when the connection ended without an answer
     * @param fault the name of the fault rule that struck, or empty
     */
    public record Entry(
            long number,
            Instant time,
            String method,
            String host,
            String path,
            String operation,
            String query,
            String apiVersion,
            int status,
            long millis,
            String userAgent,
            String requestId,
            long bytesIn,
            long bytesOut,
            String fault) {}

    private static final int KEPT = 10_000;
    private static final Pattern SECRET_NAME =
            Pattern.compile("sig|code|t|s|.*(token|secret|key|password|signature|assertion).*");

    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private long count;

    /** How many requests were answered, forgotten ones included. */
    public synchronized long count() {
        return count;
    }

    /** The kept requests, oldest first. */
    public synchronized List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** Forgets the kept requests; the count goes on. */
    public synchronized void clear() {
        entries.clear();
    }

    /** Gives the next request its number. */
    synchronized long next() {
        return ++count;
    }

    /** Adds a request, or replaces what was noted of it when its answer began. */
    synchronized void put(Entry entry) {
        entries.put(entry.number(), entry);
        if (entries.size() > KEPT) {
            entries.pollFirstEntry();
        }
    }

    static String withoutSecrets(String rawQuery) {
        if (rawQuery.isEmpty()) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        for (String part : rawQuery.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            boolean secret = equals >= 0
                    && SECRET_NAME.matcher(name.toLowerCase(Locale.ROOT)).matches();
            parts.add(secret ? name + "=***" : part);
        }
        return String.join("&", parts);
    }
}
