package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.http.Exchange;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request to the Blob service, addressed in host style or in path style.
 *
 * @param container empty for the service
 * @param name the blob's, empty for a container or the service
 * @param pathStyle whether the account is the path's first segment
 */
record BlobRequest(Exchange exchange, String account, String container, String name, boolean pathStyle) {

    private static final String METADATA = "x-ms-meta-";

    String key() {
        return Blobs.key(account, container, name);
    }

    String comp() {
        return exchange.query("comp").orElse("").toLowerCase(Locale.ROOT);
    }

    String restype() {
        return exchange.query("restype").orElse("").toLowerCase(Locale.ROOT);
    }

    String header(String name) {
        return exchange.header(name).orElse("");
    }

    /** The service's URL as the client addressed it, without a trailing slash. */
    String endpoint() {
        return exchange.base() + (pathStyle ? "/" + account : "");
    }

    Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>();
        exchange.headers().forEach((header, values) -> {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith(METADATA)) {
                metadata.put(lower.substring(METADATA.length()), String.join(",", values));
            }
        });
        return metadata;
    }

    /**
     * The letters of a SAS of which any one allows this request; a set as in
     * https://learn.microsoft.com/rest/api/storageservices/create-service-sas#specify-permissions.
     */
    String permissions() {
        boolean read = exchange.method().equals("GET") || exchange.method().equals("HEAD");
        if (name.isEmpty()) {
            if (comp().equals("list")) {
                return "l";
            }
            return read ? "r" : exchange.method().equals("DELETE") ? "d" : "cw";
        }
        if (read) {
            return "r";
        }
        if (exchange.method().equals("DELETE")) {
            return "d";
        }
        return comp().isEmpty() || comp().startsWith("block") ? "cw" : "w";
    }

    /** A SAS that may create but not write must not replace a blob. */
    boolean creates() {
        return exchange.method().equals("PUT") && !name.isEmpty() && (comp().isEmpty() || comp().equals("blocklist"));
    }

    char resourceType() {
        if (!name.isEmpty()) {
            return 'o';
        }
        return container.isEmpty() ? 's' : 'c';
    }
}
