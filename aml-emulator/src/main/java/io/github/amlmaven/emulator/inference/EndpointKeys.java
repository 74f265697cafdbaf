package io.github.amlmaven.emulator.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/** The two keys of each endpoint, kept apart from the resource. */
public final class EndpointKeys {

    private static final String COLLECTION = "endpointKeys";
    private static final String PRIMARY = "primaryKey";
    private static final String SECONDARY = "secondaryKey";

    private final DocumentStore store;

    public EndpointKeys(DocumentStore store) {
        this.store = store;
    }

    /** The keys; made when there are none, from those that the client gives at creation. */
    public ObjectNode ensure(ResourceId endpoint, JsonNode given) {
        return store.update(COLLECTION, endpoint.key(), keys -> {
            for (String name : new String[] {PRIMARY, SECONDARY}) {
                if (!keys.has(name)) {
                    keys.put(name, given.path(name).asText(random()));
                }
            }
            return keys;
        });
    }

    /** Whether a text is one of the endpoint's keys; takes as long for a near miss as for a far one. */
    boolean accepts(ResourceId endpoint, String offered) {
        byte[] bytes = offered.getBytes(StandardCharsets.UTF_8);
        ObjectNode keys = ensure(endpoint, JsonNodeFactory.instance.objectNode());
        boolean known = false;
        for (String name : new String[] {PRIMARY, SECONDARY}) {
            known |= MessageDigest.isEqual(keys.path(name).asText().getBytes(StandardCharsets.UTF_8), bytes);
        }
        return known;
    }

    /** @param value the new key, or empty for a random one */
    public void replace(ResourceId endpoint, boolean primary, String value) {
        store.update(
                COLLECTION,
                endpoint.key(),
                keys -> keys.put(primary ? PRIMARY : SECONDARY, value.isEmpty() ? random() : value));
    }

    public void delete(ResourceId endpoint) {
        store.delete(COLLECTION, endpoint.key());
    }

    private static String random() {
        byte[] key = new byte[24];
        new SecureRandom().nextBytes(key);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }
}
