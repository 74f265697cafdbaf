package io.github.amlmaven.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Loads, on threads of their own, what a start otherwise loads one after the other: JSON, keys, and the names of months
 * and time zones in the Date header of every answer. Half of a cold start is loading classes.
 */
final class EarlyLoading {

    private static final Logger LOG = System.getLogger(EarlyLoading.class.getName());

    private EarlyLoading() {}

    static void begin() {
        inBackground("aml-emulator-load-json", EarlyLoading::json);
        inBackground("aml-emulator-load-keys", EarlyLoading::keys);
    }

    private static void inBackground(String name, Runnable loading) {
        Thread thread = new Thread(loading, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void json() {
        try {
            ObjectMapper mapper = new ObjectMapper();
            LOG.log(Level.TRACE, mapper.writeValueAsString(mapper.readTree("{\"loaded\": [1, true]}")));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the text above is JSON", e);
        }
        // The same pattern as the JDK's HTTP server has for its Date header.
        LOG.log(
                Level.TRACE,
                DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss zzz", Locale.US)
                        .withZone(ZoneOffset.UTC)
                        .format(Instant.EPOCH));
    }

    private static void keys() {
        try {
            KeyPairGenerator.getInstance("EC");
            Signature.getInstance("SHA256withECDSA");
        } catch (GeneralSecurityException e) {
            // Whoever needs it says so; here nothing is lost.
            LOG.log(Level.DEBUG, "keys cannot be loaded early", e);
        }
    }
}
