package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What controllers do with owner references and conditions. */
final class Owned {

    private Owned() {}

    static List<ObjectNode> by(ObjectStore store, ApiResource resource, JsonNode owner) {
        return store.list(resource, ObjectStore.namespace(owner)).stream()
                .filter(object ->
                        object.at("/metadata/ownerReferences/0/uid").asText().equals(ObjectStore.uid(owner)))
                .toList();
    }

    static void own(ObjectNode object, ApiResource resource, JsonNode owner) {
        object.withObject("/metadata")
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", resource.apiVersion())
                .put("kind", resource.kind())
                .put("name", ObjectStore.name(owner))
                .put("uid", ObjectStore.uid(owner))
                .put("controller", true)
                .put("blockOwnerDeletion", true);
    }

    /** Whether the owner that the object names is gone. */
    static boolean orphaned(ObjectStore store, ApiResource ownerResource, JsonNode object) {
        JsonNode reference = object.at("/metadata/ownerReferences/0");
        return reference.path("kind").asText().equals(ownerResource.kind())
                && store.get(
                                ownerResource,
                                ObjectStore.namespace(object),
                                reference.path("name").asText())
                        .filter(owner -> ObjectStore.uid(owner)
                                .equals(reference.path("uid").asText()))
                        .isEmpty();
    }

    /** Sets a condition; its transition time moves only with its status. */
    static void condition(
            ArrayNode conditions, Clock clock, String type, boolean status, String reason, String message) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String word = status ? "True" : "False";
        ObjectNode condition = null;
        for (JsonNode candidate : conditions) {
            if (candidate.path("type").asText().equals(type)) {
                condition = (ObjectNode) candidate;
            }
        }
        if (condition == null) {
            condition = conditions.addObject().put("type", type);
        }
        boolean same = condition.path("status").asText().equals(word);
        boolean sameReason = condition.path("reason").asText().equals(reason)
                && condition.path("message").asText().equals(message);
        if (!same) {
            condition.put("lastTransitionTime", now);
        }
        if (!same || !sameReason) {
            condition.put("status", word);
            if (!reason.isEmpty()) {
                condition.put("reason", reason).put("message", message).put("lastUpdateTime", now);
            }
        }
    }

    static Instant time(JsonNode node) {
        String text = node.asText("");
        return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
    }

    static boolean podReady(JsonNode pod) {
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True")
                        && !pod.path("metadata").has("deletionTimestamp");
            }
        }
        return false;
    }
}
