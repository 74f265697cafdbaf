package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A page of a listing.
 *
 * @param marker the first name of the page, empty for the first page
 * @param size how many entries at most
 */
record Page(String marker, int size) {

    private static final int LARGEST = 5000;

    static Page of(Exchange exchange) {
        int size = LARGEST;
        String asked = exchange.query("maxresults").orElse("");
        if (!asked.isEmpty()) {
            try {
                size = Integer.parseInt(asked);
            } catch (NumberFormatException e) {
                throw StorageErrors.invalidQuery("maxresults");
            }
            if (size < 1) {
                throw StorageErrors.of(400, "OutOfRangeQueryParameterValue", "maxresults must be at least 1.");
            }
        }
        try {
            byte[] marker =
                    Base64.getUrlDecoder().decode(exchange.query("marker").orElse(""));
            return new Page(new String(marker, StandardCharsets.UTF_8), Math.min(size, LARGEST));
        } catch (IllegalArgumentException e) {
            throw StorageErrors.invalidQuery("marker");
        }
    }

    static String encode(String name) {
        return Base64.getUrlEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }
}
