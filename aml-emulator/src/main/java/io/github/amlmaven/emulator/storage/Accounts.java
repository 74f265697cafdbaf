package io.github.amlmaven.emulator.storage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Storage accounts' names and keys. The key document never leaves this package; ARM's resource does not hold it. */
final class Accounts {

    private static final String COLLECTION = "storage.accounts";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final DocumentStore store;

    Accounts(DocumentStore store) {
        this.store = store;
    }

    /** Two base64 keys of 64 bytes. */
    record Keys(String key1, String key2) {
        List<String> all() {
            return List.of(key1, key2);
        }

        @Override
        public String toString() {
            return "Keys[...]";
        }
    }

    Optional<Keys> keys(String account) {
        return store.get(COLLECTION, account.toLowerCase(Locale.ROOT)).map(Accounts::keys);
    }

    /** Makes the account's keys when it has none yet. */
    Keys ensure(String account) {
        ObjectNode fresh =
                JsonNodeFactory.instance.objectNode().put("key1", newKey()).put("key2", newKey());
        store.putIfAbsent(COLLECTION, account.toLowerCase(Locale.ROOT), fresh);
        return keys(account).orElseThrow();
    }

    /** @param name {@code key1} or {@code key2} */
    Keys regenerate(String account, String name) {
        return keys(store.update(COLLECTION, account.toLowerCase(Locale.ROOT), keys -> keys.put(name, newKey())));
    }

    boolean delete(String account) {
        return store.delete(COLLECTION, account.toLowerCase(Locale.ROOT));
    }

    private static Keys keys(ObjectNode document) {
        return new Keys(document.path("key1").asText(), document.path("key2").asText());
    }

    private static String newKey() {
        byte[] key = new byte[64];
        RANDOM.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }
}
