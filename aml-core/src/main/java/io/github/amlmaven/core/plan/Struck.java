package io.github.amlmaven.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.Redaction;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A document without its secrets, and these by where they stood.
 *
 * @param rest what may be shown
 * @param secrets values, for comparing alone; of some a part is shown in {@code rest}
 * @param derived fingerprints of a whole, secrets included: they differ when the secrets do, so they are no less secret
 */
record Struck(JsonNode rest, Map<String, String> secrets, Map<String, String> derived) {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Values that nobody may read; those of names like {@code PRIMARY_KEY} too, since people put them anywhere. */
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(secureValue|.*(password|passwd|pwd|passphrase|secret|credential|connection_?string|sas_?token|access_?key"
                    + "|account_?key|api_?key|primary_?key|secondary_?key|private_?key|signing_?key|_key|token))|stringData");

    /** The last one is kubectl's copy of all that it was given, a Secret's data and variables included. */
    private static final Set<String> DERIVED = Set.of(
            "aml.desiredState",
            "aml.secretState",
            "aml-maven-plugin/desired-state",
            "aml-maven-plugin/secret-state",
            "kubectl.kubernetes.io/last-applied-configuration");

    /** Of a deployment's content; whoever knows all of it but a short secret could try the secret out. */
    private static final String DIGEST = "content.sha256";

    /** @param isList whether a map was a list of named things */
    static Struck of(JsonNode document, Predicate<String> isList) {
        Map<String, String> secrets = new TreeMap<>();
        Map<String, String> derived = new TreeMap<>();
        boolean secret = document.path("kind").asText().equals("Secret");
        JsonNode rest = new Walk(isList, secret, secrets, derived).clean("", "", document);
        return new Struck(rest, secrets, derived);
    }

    /** The same, for a document that stands beside one with secrets: its digest is of them, too. */
    Struck withDigestsAsDerived() {
        Map<String, String> all = new TreeMap<>(derived);
        JsonNode clean = withoutDigests("", rest, all);
        return new Struck(clean, secrets, all);
    }

    private static JsonNode withoutDigests(String path, JsonNode node, Map<String, String> digests) {
        if (!node.isObject()) {
            return node;
        }
        ObjectNode clean = JSON.objectNode();
        node.properties().forEach(entry -> {
            String below = Pointer.below(path, entry.getKey());
            if (entry.getKey().equals(DIGEST)) {
                digests.put(below, entry.getValue().asText());
            } else {
                clean.set(entry.getKey(), withoutDigests(below, entry.getValue(), digests));
            }
        });
        return clean;
    }

    private record Walk(
            Predicate<String> isList, boolean secret, Map<String, String> secrets, Map<String, String> derived) {

        /** @param name of the thing that the node is or stands for */
        JsonNode clean(String path, String name, JsonNode node) {
            if (node.isObject()) {
                boolean ofSecretName = SECRET.matcher(name).matches();
                ObjectNode clean = JSON.objectNode();
                node.properties().forEach(entry -> {
                    String key = entry.getKey();
                    String below = Pointer.below(path, key);
                    JsonNode value = entry.getValue();
                    if (DERIVED.contains(key)) {
                        derived.put(below, value.asText());
                    } else if (isSecret(path, key, value, ofSecretName)) {
                        // A service that answers null does not tell it, which is no value.
                        if (!value.isNull()) {
                            secrets.put(below, value.isTextual() ? value.asText() : value.toString());
                        }
                    } else {
                        clean.set(key, clean(below, key, value));
                    }
                });
                return clean;
            }
            if (node.isArray()) {
                ArrayNode clean = JSON.arrayNode();
                for (int i = 0; i < node.size(); i++) {
                    JsonNode element = node.get(i);
                    clean.add(clean(
                            Pointer.below(path, String.valueOf(i)),
                            element.path("name").asText(),
                            element));
                }
                return clean;
            }
            return node.isTextual() ? redacted(path, node) : node;
        }

        /** A text with a secret inside, such as a connection string: it is shown without, and compared as a whole. */
        private JsonNode redacted(String path, JsonNode text) {
            String shown = Redaction.of(text.asText());
            if (shown.equals(text.asText())) {
                return text;
            }
            secrets.put(path, text.asText());
            return JSON.textNode(shown);
        }

        private boolean isSecret(String path, String key, JsonNode value, boolean ofSecretName) {
            if (secret && (path.equals("/data") || path.equals("/stringData"))) {
                return true;
            }
            if (ofSecretName && key.equals("value")) {
                return true;
            }
            // Variables with settings of their own are looked into.
            boolean opaque = value.isValueNode() || !(isList.test(path) || hasSecureValue(value) || isData(path, key));
            // Kubernetes has switches that are named after a token.
            return SECRET.matcher(key).matches() && opaque && !value.isBoolean();
        }

        private static boolean hasSecureValue(JsonNode value) {
            return value.has("secureValue");
        }

        private boolean isData(String path, String key) {
            return secret && path.isEmpty() && key.equals("stringData");
        }
    }
}
