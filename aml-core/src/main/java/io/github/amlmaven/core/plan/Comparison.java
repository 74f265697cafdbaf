package io.github.amlmaven.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.DiffFlags;
import io.fabric8.zjsonpatch.JsonDiff;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.error.Redaction;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.PlannedChange.Field;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Compares what is there with what is wanted. A service answers more than it was sent, so only what the wanted document
 * speaks of is compared, and of maps that are the user's own (tags, environment variables, labels) everything.
 */
public final class Comparison {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper SORTED =
            new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /** What a service writes of its own accord while nobody changes anything. */
    private static final Set<String> VOLATILE = Set.of(
            "systemData",
            "instanceView",
            "status",
            "managedFields",
            "resourceVersion",
            "lastUpdateTime",
            "fqdn",
            "etag");
    /** Maps whose keys are the user's. */
    private static final Set<String> OWN = Set.of("tags", "environmentVariables", "labels", "traffic", "mirrorTraffic");

    /** Values that nobody may read; those of names like {@code PRIMARY_KEY} too, since people put them anywhere. */
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(secureValue|.*(password|secret|credential|connection_?string|sas_?token|access_?key|account_?key"
                    + "|api_?key|primary_?key|secondary_?key|token))|stringData");
    /** Fingerprints of a whole, keys included: they differ when the keys do. */
    private static final Set<String> DERIVED =
            Set.of("aml.desiredState", "aml-maven-plugin/desired-state", "aml-maven-plugin/secret-state");

    private static final String STRUCK = "(secret)";
    private static final String CHANGED = "(secret, changed)";

    private Comparison() {}

    /**
     * What writing a document would change.
     *
     * @param now what is there, as the service tells it
     * @param wanted what would be written
     */
    public static PlannedChange of(String resource, Optional<? extends JsonNode> now, JsonNode wanted) {
        return of(resource, now, wanted, now.isEmpty() ? Action.CREATE : Action.UPDATE);
    }

    /** The same where it is known what would be done; {@code KEEP} has no fields. */
    public static PlannedChange of(String resource, Optional<? extends JsonNode> now, JsonNode wanted, Action action) {
        if (action == Action.KEEP) {
            return new PlannedChange(resource, action, state(now), List.of());
        }
        JsonNode present = now.map(JsonNode.class::cast).orElseGet(JSON::missingNode);
        JsonNode after = withoutSecrets(wanted, present);
        JsonNode before = action == Action.UPDATE
                ? spokenOf(withoutSecrets(present.isMissingNode() ? JSON.objectNode() : present), after, "")
                : JSON.objectNode();
        List<Field> fields = new ArrayList<>();
        for (JsonNode operation : JsonDiff.asJson(
                before,
                after,
                EnumSet.of(
                        DiffFlags.OMIT_MOVE_OPERATION,
                        DiffFlags.OMIT_COPY_OPERATION,
                        DiffFlags.ADD_ORIGINAL_VALUE_ON_REPLACE))) {
            fields(
                    operation.path("path").asText(),
                    operation.path("fromValue"),
                    operation.path("value"),
                    operation,
                    fields);
        }
        if (action == Action.UPDATE && fields.isEmpty()) {
            fingerprints("", present, wanted, fields);
        }
        return new PlannedChange(resource, action, state(now), fields);
    }

    /**
     * Secure values are never told by the service, so that another one shows in nothing but the fingerprint of the whole, which
     * whoever wrote it last has left.
     */
    private static void fingerprints(String path, JsonNode now, JsonNode wanted, List<Field> fields) {
        wanted.properties().forEach(entry -> {
            JsonNode there = now.path(entry.getKey());
            String below = path + "/" + escaped(entry.getKey());
            if (DERIVED.contains(entry.getKey())) {
                if (there.isTextual() && !there.equals(entry.getValue())) {
                    fields.add(new Field(below, quoted(STRUCK), quoted(CHANGED)));
                }
            } else {
                fingerprints(below, there, entry.getValue(), fields);
            }
        });
    }

    private static String quoted(String text) {
        return JSON.textNode(text).toString();
    }

    /** A resource that would be deleted. */
    public static PlannedChange deletion(String resource, JsonNode now) {
        return new PlannedChange(resource, Action.DELETE, state(Optional.of(now)), List.of());
    }

    /** Whole objects, and lists of them, are told leaf by leaf. */
    private static void fields(String path, JsonNode from, JsonNode to, JsonNode operation, List<Field> fields) {
        String kind = operation.path("op").asText();
        JsonNode before = kind.equals("remove") ? to : from;
        JsonNode after = kind.equals("remove") ? JSON.missingNode() : to;
        leaves(path, before, after, fields);
    }

    private static void leaves(String path, JsonNode before, JsonNode after, List<Field> fields) {
        if (before.isMissingNode() && after.isObject() && !after.isEmpty()) {
            after.properties()
                    .forEach(entry -> leaves(path + "/" + escaped(entry.getKey()), before, entry.getValue(), fields));
            return;
        }
        if (before.isMissingNode()
                && after.isArray()
                && !after.isEmpty()
                && after.get(0).isContainerNode()) {
            for (int i = 0; i < after.size(); i++) {
                leaves(path + "/" + i, before, after.get(i), fields);
            }
            return;
        }
        if (before.isMissingNode() && (after.isNull() || (after.isEmpty() && after.isContainerNode()))) {
            return;
        }
        fields.add(new Field(
                path, before.isMissingNode() ? "" : before.toString(), after.isMissingNode() ? "" : after.toString()));
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    /** The part of a document that another one speaks of. */
    private static JsonNode spokenOf(JsonNode document, JsonNode wanted, String key) {
        if (document.isObject() && wanted.isObject() && !OWN.contains(key)) {
            ObjectNode part = JSON.objectNode();
            wanted.properties().forEach(entry -> {
                JsonNode present = document.path(entry.getKey());
                boolean nothing = present.isMissingNode() || present.isNull();
                if (!nothing) {
                    part.set(entry.getKey(), spokenOf(present, entry.getValue(), entry.getKey()));
                } else if (entry.getValue().isNull()) {
                    part.putNull(entry.getKey());
                }
            });
            return part;
        }
        if (document.isArray() && wanted.isArray() && document.size() == wanted.size()) {
            ArrayNode part = JSON.arrayNode();
            for (int i = 0; i < wanted.size(); i++) {
                part.add(spokenOf(document.get(i), wanted.get(i), ""));
            }
            return part;
        }
        return document;
    }

    /** SHA-256 of what is there, without what changes by itself; empty when nothing is. */
    static String state(Optional<? extends JsonNode> now) {
        return now.map(document -> Sha256.of(sorted(stable(withoutSecrets(document)))))
                .orElse("");
    }

    private static String sorted(JsonNode document) {
        return SORTED.convertValue(SORTED.convertValue(document, Object.class), JsonNode.class)
                .toString();
    }

    private static JsonNode stable(JsonNode node) {
        if (node.isObject()) {
            ObjectNode kept = JSON.objectNode();
            node.properties().forEach(entry -> {
                if (!VOLATILE.contains(entry.getKey())) {
                    kept.set(entry.getKey(), stable(entry.getValue()));
                }
            });
            return kept;
        }
        if (node.isArray()) {
            ArrayNode kept = JSON.arrayNode();
            node.forEach(element -> kept.add(stable(element)));
            return kept;
        }
        return node;
    }

    private static JsonNode withoutSecrets(JsonNode node) {
        return withoutSecrets(node, JSON.missingNode());
    }

    /** @param present what is there in this place; a secret that is known to differ from it says so, and no more */
    private static JsonNode withoutSecrets(JsonNode node, JsonNode present) {
        if (node.isObject()) {
            boolean secret = node.path("kind").asText().equals("Secret");
            boolean variable = SECRET.matcher(node.path("name").asText()).matches();
            ObjectNode clean = JSON.objectNode();
            node.properties().forEach(entry -> {
                String key = entry.getKey();
                if (DERIVED.contains(key)) {
                    return;
                }
                boolean struck = SECRET.matcher(key).matches()
                        || (secret && key.equals("data"))
                        || (variable && key.equals("value"));
                clean.set(
                        key,
                        struck && !entry.getValue().isNull()
                                ? struck(entry.getValue(), present.path(key))
                                : withoutSecrets(entry.getValue(), present.path(key)));
            });
            return clean;
        }
        if (node.isArray()) {
            ArrayNode clean = JSON.arrayNode();
            for (int i = 0; i < node.size(); i++) {
                clean.add(withoutSecrets(node.get(i), present.path(i)));
            }
            return clean;
        }
        return node.isTextual() ? JSON.textNode(Redaction.of(node.asText())) : node;
    }

    private static JsonNode struck(JsonNode secret, JsonNode present) {
        boolean unknown = present.isMissingNode() || present.isNull();
        return JSON.textNode(unknown || present.equals(secret) ? STRUCK : CHANGED);
    }
}
