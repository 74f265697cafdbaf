package io.github.amlmaven.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.DiffFlags;
import io.fabric8.zjsonpatch.JsonDiff;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.PlannedChange.Field;
import io.github.amlmaven.core.progress.PlannedSecrets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares what is there with what is wanted. A service answers more than it was sent, so only what the wanted document
 * speaks of is compared, and of maps that are the user's own (tags, environment variables, labels) everything.
 *
 * <p>Of a secret is told whether it becomes another one, where the service tells it or the caller has filled in what it knows.
 * Where nobody knows, the plan says that: an unchanged secret must not look like a new one.
 */
public final class Comparison {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

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

    private final Map<String, Boolean> same;
    private final NamedLists lists;
    private final NamedLists own;
    private final Struck alone;
    private final Struck now;
    private final Struck wanted;
    private final List<Field> fields = new ArrayList<>();

    private Comparison(JsonNode present, JsonNode desired, Map<String, Boolean> same) {
        this.same = same;
        this.lists = new NamedLists(present, desired);
        Struck there = Struck.of(lists.now(), lists::isList);
        Struck after = Struck.of(lists.wanted(), lists::isList);
        boolean any = !there.secrets().isEmpty() || !after.secrets().isEmpty();
        this.now = any ? there.withDigestsAsDerived() : there;
        this.wanted = any ? after.withDigestsAsDerived() : after;
        this.own = new NamedLists(present, JSON.missingNode());
        Struck seen = Struck.of(own.now(), own::isList);
        this.alone = any ? seen.withDigestsAsDerived() : seen;
    }

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
        return of(resource, now, wanted, action, Knowledge.NONE);
    }

    /**
     * What the caller knows besides the documents. Places are JSON pointers with the names of named things.
     *
     * @param forcing what cannot be changed in place
     * @param same of secrets that the service does not tell, whether the wanted one is there already
     */
    public record Knowledge(Set<String> forcing, Map<String, Boolean> same) {

        static final Knowledge NONE = new Knowledge(Set.of(), Map.of());

        public Knowledge {
            forcing = Set.copyOf(forcing);
            same = Map.copyOf(same);
        }
    }

    /** The same with what the caller knows besides. */
    public static PlannedChange of(
            String resource, Optional<? extends JsonNode> now, JsonNode wanted, Action action, Knowledge knowledge) {
        JsonNode present = now.map(JsonNode.class::cast).orElseGet(JSON::missingNode);
        Comparison comparison = new Comparison(present, wanted, knowledge.same());
        if (action != Action.KEEP) {
            comparison.compare(!present.isMissingNode());
        }
        List<Field> told = comparison.fields.stream()
                .map(field -> forces(field.path(), knowledge.forcing()) ? field.noted(Field.FORCES_REPLACEMENT) : field)
                .sorted(Comparator.comparing((Field field) -> !field.note().equals(Field.FORCES_REPLACEMENT)))
                .toList();
        return new PlannedChange(
                resource,
                action,
                comparison.seen(),
                told,
                PlannedSecrets.of(comparison.unseen(), comparison.wanted.secrets()));
    }

    /** A resource that would be deleted. */
    public static PlannedChange deletion(String resource, JsonNode now) {
        Comparison comparison = new Comparison(now, JSON.objectNode(), Map.of());
        return new PlannedChange(
                resource,
                Action.DELETE,
                comparison.seen(),
                List.of(),
                PlannedSecrets.of(comparison.unseen(), Map.of()));
    }

    private static boolean forces(String path, Set<String> forcing) {
        return forcing.stream().anyMatch(place -> path.equals(place) || path.startsWith(place + "/"));
    }

    private void compare(boolean exists) {
        JsonNode before = exists ? spokenOf("", now.rest(), wanted.rest(), "") : JSON.objectNode();
        for (JsonNode operation : JsonDiff.asJson(
                before,
                wanted.rest(),
                EnumSet.of(
                        DiffFlags.OMIT_MOVE_OPERATION,
                        DiffFlags.OMIT_COPY_OPERATION,
                        DiffFlags.ADD_ORIGINAL_VALUE_ON_REPLACE))) {
            String path = operation.path("path").asText();
            if (operation.path("op").asText().equals("remove")) {
                leaves(path, operation.path("value"), JSON.missingNode());
            } else {
                leaves(path, operation.path("fromValue"), operation.path("value"));
            }
        }
        secrets();
        if (exists && fields.isEmpty()) {
            // Something that cannot be told has changed: a secret that the service keeps to itself, the content of a
            // build.
            wanted.derived().forEach((path, fingerprint) -> {
                String there = now.derived().get(path);
                if (there != null && !there.equals(fingerprint)) {
                    fields.add(Field.secretChanged(path));
                }
            });
        }
    }

    /** Whole objects, and lists of them, are told leaf by leaf. */
    private void leaves(String path, JsonNode before, JsonNode after) {
        if (before.isMissingNode() || after.isMissingNode()) {
            JsonNode whole = before.isMissingNode() ? after : before;
            boolean added = before.isMissingNode();
            if (whole.isObject() && !whole.isEmpty()) {
                whole.properties().forEach(entry -> {
                    String below = Pointer.below(path, entry.getKey());
                    leaves(below, added ? before : entry.getValue(), added ? entry.getValue() : after);
                });
                return;
            }
            if (added && whole.isArray() && !whole.isEmpty() && whole.get(0).isContainerNode()) {
                for (int i = 0; i < whole.size(); i++) {
                    leaves(Pointer.below(path, String.valueOf(i)), before, whole.get(i));
                }
                return;
            }
            boolean named = whole.isObject() && lists.isList(Pointer.parent(path)) && !hasSecrets(path);
            if (whole.isNull() || (whole.isEmpty() && whole.isContainerNode() && !named)) {
                return;
            }
        }
        fields.add(new Field(
                path, before.isMissingNode() ? "" : before.toString(), after.isMissingNode() ? "" : after.toString()));
    }

    private boolean hasSecrets(String path) {
        return now.secrets().keySet().stream().anyMatch(place -> place.startsWith(path + "/"))
                || wanted.secrets().keySet().stream().anyMatch(place -> place.startsWith(path + "/"));
    }

    private void secrets() {
        wanted.secrets().forEach((path, value) -> {
            String there = now.secrets().get(path);
            if (isTold(path)) {
                return;
            }
            if (there == null) {
                untold(path);
            } else if (!there.equals(value)) {
                fields.add(Field.secretChanged(path));
            }
        });
        now.secrets().keySet().stream()
                .filter(path -> !wanted.secrets().containsKey(path) && isOwn(path) && !isTold(path))
                .map(Field::secretRemoved)
                .forEach(fields::add);
    }

    /** Whether it is shown but for the secret in it, and what is shown has changed already. */
    private boolean isTold(String path) {
        boolean shown =
                now.rest().at(path).isTextual() || wanted.rest().at(path).isTextual();
        return shown
                && fields.stream().anyMatch(field -> path.equals(field.path()) || path.startsWith(field.path() + "/"));
    }

    private void untold(String path) {
        if (!isUntold(path)) {
            fields.add(Field.secretAdded(path));
        } else if (!same.containsKey(path)) {
            fields.add(Field.secretUnknown(path));
        } else if (Boolean.FALSE.equals(same.get(path))) {
            fields.add(Field.secretChanged(path));
        }
    }

    /** Whether something is there that would have this secret: a variable without a value, a registry without a password. */
    private boolean isUntold(String path) {
        List<String> keys = Pointer.keys(path);
        String holder = keys.size() < 2 ? "" : keys.get(keys.size() - 2);
        JsonNode there = lists.now().at(Pointer.parent(path));
        return !OWN.contains(holder) && !isData(path) && there.isObject() && !there.has("value");
    }

    private boolean isData(String path) {
        List<String> keys = Pointer.keys(path);
        return keys.size() == 2 && Set.of("data", "stringData").contains(keys.get(0));
    }

    /** Whether it goes when it is not wanted. */
    private boolean isOwn(String path) {
        return isData(path) || Pointer.keys(path).stream().anyMatch(OWN::contains);
    }

    /** The part of a document that another one speaks of. */
    private JsonNode spokenOf(String path, JsonNode document, JsonNode desired, String key) {
        if (document.isObject() && desired.isObject() && !OWN.contains(key)) {
            ObjectNode part = JSON.objectNode();
            desired.properties().forEach(entry -> {
                JsonNode present = document.path(entry.getKey());
                boolean nothing = present.isMissingNode() || present.isNull();
                if (!nothing) {
                    String below = Pointer.below(path, entry.getKey());
                    part.set(entry.getKey(), spokenOf(below, present, entry.getValue(), entry.getKey()));
                } else if (entry.getValue().isNull()) {
                    part.putNull(entry.getKey());
                }
            });
            if (lists.isList(path)) {
                // A list is written as a whole.
                document.properties().stream()
                        .filter(entry -> !desired.has(entry.getKey()))
                        .forEach(entry -> part.set(entry.getKey(), entry.getValue()));
            }
            return part;
        }
        if (document.isArray() && desired.isArray() && document.size() == desired.size()) {
            ArrayNode part = JSON.arrayNode();
            for (int i = 0; i < desired.size(); i++) {
                String below = Pointer.below(path, String.valueOf(i));
                part.add(spokenOf(below, document.get(i), desired.get(i), ""));
            }
            return part;
        }
        return document;
    }

    /**
     * All that is there, value by value, but for what changes by itself; whatever is wanted of it. No more than fingerprints of
     * it may be kept: what nobody has asked for may be anything, a secret under an innocent name too.
     */
    private Map<String, String> unseen() {
        Map<String, String> values = new TreeMap<>();
        leaves("", alone.rest())
                .forEach((path, value) -> values.put(path, value.isTextual() ? value.asText() : value.toString()));
        values.putAll(alone.secrets());
        values.putAll(alone.derived());
        return values;
    }

    /** Of what is there the values that the wanted document speaks of, and that are no secrets. */
    private Map<String, String> seen() {
        Map<String, String> values = new TreeMap<>();
        if (!lists.now().isMissingNode()) {
            leaves("", alone.rest()).forEach((path, value) -> {
                if (!wanted.rest().at(path).isMissingNode()) {
                    values.put(path, value.toString());
                }
            });
            // A resource without any value is there nevertheless.
            values.putIfAbsent("", "{}");
        }
        return values;
    }

    private Map<String, JsonNode> leaves(String path, JsonNode node) {
        Map<String, JsonNode> values = new TreeMap<>();
        if (node.isObject()) {
            boolean ownNames = own.isList(path)
                    || Pointer.keys(path).stream().anyMatch(key -> OWN.contains(key) || key.equals("annotations"));
            node.properties().stream()
                    .filter(entry -> ownNames || !VOLATILE.contains(entry.getKey()))
                    .forEach(entry -> values.putAll(leaves(Pointer.below(path, entry.getKey()), entry.getValue())));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                values.putAll(leaves(Pointer.below(path, String.valueOf(i)), node.get(i)));
            }
        } else if (!node.isMissingNode()) {
            values.put(path, node);
        }
        return values;
    }
}
