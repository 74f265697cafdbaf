package io.github.amlmaven.core.plan;

import java.util.ArrayList;
import java.util.List;

/** Places in a document: JSON pointers (RFC 6901), and the words that people have for some of them. */
final class Pointer {

    private Pointer() {}

    static String below(String path, String key) {
        return path + "/" + key.replace("~", "~0").replace("/", "~1");
    }

    /** The keys on the way. */
    static List<String> keys(String path) {
        List<String> keys = new ArrayList<>();
        if (!path.isEmpty()) {
            for (String key : path.substring(1).split("/", -1)) {
                keys.add(key.replace("~1", "/").replace("~0", "~"));
            }
        }
        return keys;
    }

    static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    /** Where a secret stands, as a user would say it: {@code environment variable TOKEN of container scorer}. */
    static String words(String path) {
        List<String> keys = keys(path);
        String container = after(keys, "containers");
        String of = container.isEmpty() ? "" : " of container " + container;
        for (String list : List.of("environmentVariables", "env")) {
            if (!after(keys, list).isEmpty()) {
                return "environment variable " + after(keys, list) + of;
            }
        }
        if (!after(keys, "imageRegistryCredentials").isEmpty()) {
            return "password of registry " + after(keys, "imageRegistryCredentials");
        }
        if (keys.size() == 2 && (keys.get(0).equals("data") || keys.get(0).equals("stringData"))) {
            return "key " + keys.get(1);
        }
        return path;
    }

    private static String after(List<String> keys, String key) {
        int at = keys.indexOf(key);
        return at < 0 || at + 1 >= keys.size() ? "" : keys.get(at + 1);
    }
}
