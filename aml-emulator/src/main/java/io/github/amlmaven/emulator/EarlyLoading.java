package io.github.amlmaven.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.http.Rehearsal;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Loads, on threads of their own, what a start otherwise loads one after the other: JSON, and what the first answer needs. Half
 * of a cold start is loading classes.
 */
final class EarlyLoading {

    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    private EarlyLoading() {}

    /** Once a JVM. */
    static void begin() {
        if (BEGUN.compareAndSet(false, true)) {
            inBackground("aml-emulator-load-json", EarlyLoading::json);
            inBackground("aml-emulator-load-http", EarlyLoading::http);
        }
    }

    private static void inBackground(String name, Runnable loading) {
        Thread thread = new Thread(loading, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void json() {
        try {
            ObjectMapper mapper = new ObjectMapper();
            trace(mapper.writeValueAsString(mapper.readTree("{\"loaded\": [1, true]}")));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the text above is JSON", e);
        }
    }

    private static void http() {
        try {
            trace(Rehearsal.answer());
        } catch (IOException e) {
            // Whoever needs it says so; here nothing is lost.
            trace("requests cannot be rehearsed: " + e);
        }
    }

    /** Not by a field: the start itself must not wait for the JDK's logging. */
    private static void trace(String message) {
        System.getLogger(EarlyLoading.class.getName()).log(Level.TRACE, message);
    }
}
