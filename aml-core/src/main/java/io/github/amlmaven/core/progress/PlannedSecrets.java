package io.github.amlmaven.core.progress;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * The secrets that a planned change speaks of, by where they stand. As a comparison makes them they hold the values, which only
 * memory may; {@link #sealed} makes keyed fingerprints of them, which a file may hold. Values cannot be asked for nor written.
 */
public final class PlannedSecrets {

    /** A change that speaks of no secret. */
    public static final PlannedSecrets NONE = new PlannedSecrets("", Map.of(), Map.of(), true);

    private final String key;
    private final Map<String, String> now;
    private final Map<String, String> wanted;
    private final boolean sealed;

    private PlannedSecrets(String key, Map<String, String> now, Map<String, String> wanted, boolean sealed) {
        this.key = key;
        this.now = Map.copyOf(now);
        this.wanted = Map.copyOf(wanted);
        this.sealed = sealed;
    }

    /** Fingerprints, as they were kept. */
    @JsonCreator
    static PlannedSecrets kept(
            @JsonProperty(value = "key", required = true) String key,
            @JsonProperty(value = "now", required = true) Map<String, String> now,
            @JsonProperty(value = "wanted", required = true) Map<String, String> wanted) {
        return new PlannedSecrets(key, now, wanted, true);
    }

    /**
     * Values, by JSON pointer.
     *
     * @param now as far as they can be read
     * @param wanted what would be written
     */
    public static PlannedSecrets of(Map<String, String> now, Map<String, String> wanted) {
        return now.isEmpty() && wanted.isEmpty() ? NONE : new PlannedSecrets("", now, wanted, false);
    }

    /**
     * The same as fingerprints.
     *
     * @param keyId by which the key is told from others
     * @param fingerprint of a place and the value there
     */
    public PlannedSecrets sealed(String keyId, BinaryOperator<String> fingerprint) {
        if (sealed) {
            return this;
        }
        return new PlannedSecrets(keyId, fingerprints(now, fingerprint), fingerprints(wanted, fingerprint), true);
    }

    private static Map<String, String> fingerprints(Map<String, String> values, BinaryOperator<String> fingerprint) {
        Map<String, String> fingerprints = new TreeMap<>();
        values.forEach((place, value) -> fingerprints.put(place, fingerprint.apply(place, value)));
        return fingerprints;
    }

    /** Whether there is any. */
    public boolean any() {
        return !now.isEmpty() || !wanted.isEmpty();
    }

    /** Which key the fingerprints were made with; empty when there are none. */
    @JsonProperty
    public String key() {
        return key;
    }

    /** Fingerprints of what is there, by JSON pointer. */
    @JsonProperty
    public Map<String, String> now() {
        return fingerprintsOnly(now);
    }

    /** Fingerprints of what would be written, by JSON pointer. */
    @JsonProperty
    public Map<String, String> wanted() {
        return fingerprintsOnly(wanted);
    }

    private Map<String, String> fingerprintsOnly(Map<String, String> entries) {
        if (!sealed) {
            throw new IllegalStateException("secrets are told by their fingerprints alone, and were not sealed");
        }
        return new TreeMap<>(entries);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PlannedSecrets that
                && key.equals(that.key)
                && now.equals(that.now)
                && wanted.equals(that.wanted);
    }

    @Override
    public int hashCode() {
        return Objects.hash(key, now, wanted);
    }

    /** Says where secrets are, and nothing of them. */
    @Override
    public String toString() {
        return "PlannedSecrets[now=" + now.keySet() + ", wanted=" + wanted.keySet() + "]";
    }
}
