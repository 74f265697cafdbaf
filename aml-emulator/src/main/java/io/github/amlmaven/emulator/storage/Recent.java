package io.github.amlmaven.emulator.storage;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** What was computed lately, for requests that ask the same again: thousands of uploads come under one signature. */
final class Recent<K, V> {

    private static final int MOST = 1000;

    private final Map<K, V> values = new ConcurrentHashMap<>();

    V get(K key, Function<K, V> compute) {
        V known = values.get(key);
        if (known != null) {
            return known;
        }
        V value = compute.apply(key);
        if (values.size() >= MOST) {
            values.clear();
        }
        values.put(key, value);
        return value;
    }
}
