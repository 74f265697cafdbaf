package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.security.SecureRandom;
import java.util.Base64;

/** The two keys of each endpoint, kept apart from the resource. */
final class EndpointKeys {

    private static final String COLLECTION = "endpointKeys";
    private static final String PRIMARY = "primaryKey";
    private static final String SECONDARY = "secondaryKey";

    private final DocumentStore store;

    EndpointKeys(DocumentStore store) {
        this.store = store;
    }

    /** The keys; made when there are none, from those that the client gives at creation. */
    ObjectNode ensure(ResourceId endpoint, JsonNode given) {
        return store.update(COLLECTION, endpoint.key(), keys -> {
            for (String name : new String[] {PRIMARY, SECONDARY}) {
                if (!keys.has(name)) {
                    keys.put(name, given.path(name).asText(random()));
                }
            }
            return keys;
        });
    }

    /** @param value the new key, or empty for a random one */
    void replace(ResourceId endpoint, boolean primary, String value) {
        store.update(
                COLLECTION,
                endpoint.key(),
                keys -> keys.put(primary ? PRIMARY : SECONDARY, value.isEmpty() ? random() : value));
    }

    void delete(ResourceId endpoint) {
        store.delete(COLLECTION, endpoint.key());
    }

    private static String random() {
        byte[] key = new byte[24];
        new SecureRandom().nextBytes(key);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }
}
