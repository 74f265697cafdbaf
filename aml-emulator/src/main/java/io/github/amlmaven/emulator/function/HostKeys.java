package io.github.amlmaven.emulator.function;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The keys of a function app
 * (<a href="https://learn.microsoft.com/azure/azure-functions/function-keys-how-to">access keys</a>).
 *
 * @param master opens everything
 * @param functionKeys open all functions, by name
 * @param ofFunctions open one function: by the function's name, then the key's
 */
public record HostKeys(String master, Map<String, String> functionKeys, Map<String, Map<String, String>> ofFunctions) {

    /** Whether a key opens a function of an {@code authLevel}. */
    boolean open(String level, String function, String given) {
        return switch (level) {
            case "anonymous" -> true;
            case "function" -> {
                List<String> keys = new ArrayList<>(functionKeys.values());
                keys.addAll(ofFunctions.getOrDefault(function, Map.of()).values());
                keys.add(master);
                yield isOneOf(given, keys);
            }
            default -> isOneOf(given, List.of(master));
        };
    }

    private static boolean isOneOf(String given, Collection<String> keys) {
        boolean found = false;
        for (String key : keys) {
            found |=
                    MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8));
        }
        return found;
    }

    @Override
    public String toString() {
        return "HostKeys[***]";
    }
}
