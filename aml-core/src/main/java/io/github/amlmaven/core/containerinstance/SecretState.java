package io.github.amlmaven.core.containerinstance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.amlmaven.core.scoring.DesiredState;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which secure values a container group was deployed with. The service never tells them, so a tag keeps a fingerprint of each,
 * under the scoring keys: who may read tags can neither read a value nor try one out. The first part tells the keys from others.
 */
final class SecretState {

    static final String TAG = "aml.secretState";

    /** What a tag's value may have (Azure Resource Manager). */
    private static final int LIMIT = 256;

    /** 40 bits: two values that look alike are one in a million millions. */
    private static final int DIGITS = 10;

    private final ScoringKeys keys;

    SecretState(ScoringKeys keys) {
        this.keys = keys;
    }

    /** The tag's value; empty when there are more secrets than fit into it. */
    Optional<String> tag(Map<String, String> secrets) {
        Set<String> parts = new TreeSet<>();
        secrets.forEach((name, value) -> parts.add(of(name, value)));
        String all = of() + "." + String.join(".", parts);
        return all.length() > LIMIT ? Optional.empty() : Optional.of(all);
    }

    /** Whether a secret is what a tag was made with; empty when the tag cannot tell. */
    Optional<Boolean> isIn(String tag, String name, String value) {
        String[] parts = tag.split("\\.", -1);
        return parts[0].equals(of()) ? Optional.of(Arrays.asList(parts).contains(of(name, value))) : Optional.empty();
    }

    private String of(String... words) {
        JsonNode list = Arrays.stream(words)
                .collect(JsonNodeFactory.instance::arrayNode, (array, word) -> array.add(word), (a, b) -> a.addAll(b));
        return DesiredState.fingerprint(list.toString(), keys).substring(0, DIGITS);
    }
}
