package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.http.Exchange;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Create, replace, patch, apply and delete of one object, from decoding to storing. */
final class ObjectRequests {

    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ObjectStore store;
    private final Clock clock;

    ObjectRequests(ObjectStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Which object a request is about; {@code name} is empty for a collection. */
    record Target(ApiResource resource, String namespace, String name, String subresource) {}

    /** Five characters that cannot form words, as in generated names. */
    static String suffix() {
        StringBuilder suffix = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            suffix.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return suffix.toString();
    }

    void create(Exchange exchange, Target target) throws IOException {
        ApiResource resource = target.resource();
        ObjectNode object = Decoding.object(exchange, resource, Documents.read(exchange));
        ObjectNode meta = object.withObject("/metadata");
        if (ObjectStore.name(object).isEmpty() && meta.hasNonNull("generateName")) {
            meta.put("name", meta.path("generateName").asText() + suffix());
        }
        placed(target, object);
        exchange.send(201, created(exchange, target, object, "Update"));
    }

    private ObjectNode created(Exchange exchange, Target target, ObjectNode object, String operation) {
        ApiResource resource = target.resource();
        object.withObject("/metadata").remove(List.of("uid", "resourceVersion", "creationTimestamp", "generation"));
        if (resource.subresources().contains("status")) {
            object.remove("status");
        }
        Defaults.apply(resource, object);
        Validation.check(resource, object, null);
        requireNamespace(target);
        if (operation.equals("Update")) {
            management(resource).updated(object, JsonNodeFactory.instance.objectNode(), manager(exchange));
        }
        store.born(object);
        if (dryRun(exchange)) {
            if (store.get(resource, target.namespace(), ObjectStore.name(object))
                    .isPresent()) {
                throw StatusError.alreadyExists(resource, ObjectStore.name(object));
            }
            return object;
        }
        return store.create(resource, object);
    }

    private void requireNamespace(Target target) {
        if (target.resource().namespaced()
                && store.get(ApiResource.NAMESPACES, "", target.namespace()).isEmpty()) {
            throw StatusError.notFound(ApiResource.NAMESPACES, target.namespace());
        }
    }

    /** The path says where; a body that says otherwise is refused. */
    private static void placed(Target target, ObjectNode object) {
        ObjectNode meta = object.withObject("/metadata");
        String namespace = meta.path("namespace").asText("");
        if (target.resource().namespaced()) {
            if (!namespace.isEmpty() && !namespace.equals(target.namespace())) {
                throw StatusError.badRequest(
                        "the namespace of the provided object does not match the namespace sent on" + " the request");
            }
            meta.put("namespace", target.namespace());
        }
        String name = meta.path("name").asText("");
        if (!target.name().isEmpty()) {
            if (!name.isEmpty() && !name.equals(target.name())) {
                throw StatusError.badRequest("the name of the object (" + name
                        + ") does not match the name on the URL (" + target.name() + ")");
            }
            meta.put("name", target.name());
        }
    }

    void replace(Exchange exchange, Target target) throws IOException {
        ObjectNode object = Decoding.object(exchange, target.resource(), Documents.read(exchange));
        placed(target, object);
        exchange.send(200, changed(exchange, target, present -> object.deepCopy(), "Update"));
    }

    void patch(Exchange exchange, Target target) throws IOException {
        String type = exchange.header("Content-Type")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .split(";", 2)[0]
                .strip();
        JsonNode patch = Documents.read(exchange);
        switch (type) {
            case "application/apply-patch+yaml" -> apply(exchange, target, patch);
            case "application/merge-patch+json" ->
                patched(exchange, target, present -> (ObjectNode) Patches.merge(present, patch));
            case "application/strategic-merge-patch+json" -> {
                String kind = target.resource().kind();
                patched(exchange, target, present -> (ObjectNode) Patches.strategic(kind, present, patch));
            }
            case "application/json-patch+json" ->
                patched(exchange, target, present -> (ObjectNode) Patches.json(present, patch));
            default ->
                throw StatusError.of(
                        415,
                        "UnsupportedMediaType",
                        "the body of the request was in an unknown format - accepted media types include:"
                                + " application/json-patch+json, application/merge-patch+json,"
                                + " application/strategic-merge-patch+json, application/apply-patch+yaml");
        }
    }

    private void patched(Exchange exchange, Target target, UnaryOperator<ObjectNode> patch) throws IOException {
        ObjectNode result = changed(
                exchange,
                target,
                present -> {
                    ObjectNode next = patch.apply(present);
                    Decoding.check(exchange, target.resource(), next);
                    placed(target, next);
                    return next;
                },
                "Update");
        exchange.send(200, result);
    }

    /** Changes what exists: decoding is done, this keeps, defaults, validates, notes the manager and stores. */
    private ObjectNode changed(Exchange exchange, Target target, UnaryOperator<ObjectNode> change, String operation) {
        ApiResource resource = target.resource();
        UnaryOperator<ObjectNode> complete = present -> {
            ObjectNode next = change.apply(present.deepCopy());
            String version = next.path("metadata").path("resourceVersion").asText("");
            if (!version.isEmpty()
                    && !version.equals(
                            present.path("metadata").path("resourceVersion").asText())) {
                throw StatusError.modified(resource, target.name());
            }
            if (target.subresource().equals("status")) {
                ObjectNode status = present.deepCopy();
                status.set("status", next.path("status"));
                return status;
            }
            Defaults.keep(resource, next, present);
            if (resource.subresources().contains("status") && present.has("status")) {
                next.set("status", present.path("status"));
            }
            Defaults.apply(resource, next);
            Validation.check(resource, next, present);
            if (operation.equals("Update")) {
                management(resource).updated(next, present, manager(exchange));
            }
            return next;
        };
        if (dryRun(exchange)) {
            ObjectNode present = store.get(resource, target.namespace(), target.name())
                    .orElseThrow(() -> StatusError.notFound(resource, target.name()));
            return ObjectStore.next(present, complete);
        }
        return store.update(resource, target.namespace(), target.name(), complete);
    }

    private void apply(Exchange exchange, Target target, JsonNode body) throws IOException {
        String manager = exchange.query("fieldManager").orElse("");
        if (manager.isEmpty()) {
            throw StatusError.badRequest("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is"
                    + " required for apply patch");
        }
        boolean force = exchange.query("force").orElse("false").equals("true");
        ApiResource resource = target.resource();
        ObjectNode applied = Decoding.applied(target, body);
        placed(target, applied);
        if (!applied.path("metadata").path("managedFields").isEmpty()) {
            throw StatusError.badRequest("metadata.managedFields must be nil");
        }
        boolean exists = store.get(resource, target.namespace(), target.name()).isPresent();
        if (!exists) {
            ObjectNode nothing = JsonNodeFactory.instance.objectNode();
            ObjectNode object = management(resource).apply(nothing, applied, manager, force);
            exchange.send(201, created(exchange, target, object, "Apply"));
            return;
        }
        ObjectNode result = changed(
                exchange, target, present -> management(resource).apply(present, applied, manager, force), "Apply");
        exchange.send(200, result);
    }

    void delete(Exchange exchange, Target target) throws IOException {
        ApiResource resource = target.resource();
        JsonNode options = Documents.read(exchange);
        ObjectNode present = store.get(resource, target.namespace(), target.name())
                .orElseThrow(() -> StatusError.notFound(resource, target.name()));
        String uid = options.path("preconditions").path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(ObjectStore.uid(present))) {
            throw StatusError.modified(resource, target.name());
        }
        if (dryRun(exchange)) {
            exchange.send(200, present);
            return;
        }
        exchange.send(200, removed(target, present, orphan(exchange, options)));
    }

    private static boolean orphan(Exchange exchange, JsonNode options) {
        return options.path("propagationPolicy")
                .asText(exchange.query("propagationPolicy").orElse(""))
                .equals("Orphan");
    }

    private ObjectNode removed(Target target, ObjectNode present, boolean orphan) {
        ApiResource resource = target.resource();
        String name = ObjectStore.name(present);
        if (resource.equals(ApiResource.PODS)) {
            // A pod ends first; its controller removes it when the container is gone.
            return store.update(resource, target.namespace(), name, pod -> {
                String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
                if (!pod.path("metadata").has("deletionTimestamp")) {
                    pod.withObject("/metadata").put("deletionTimestamp", now).put("deletionGracePeriodSeconds", 30);
                }
                return pod;
            });
        }
        if (orphan) {
            abandonDependents(target.namespace(), ObjectStore.uid(present));
        }
        if (resource.equals(ApiResource.NAMESPACES)) {
            emptyNamespace(name);
        }
        store.delete(resource, target.namespace(), name);
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = status.putObject("details").put("name", name);
        if (!resource.group().isEmpty()) {
            details.put("group", resource.group());
        }
        details.put("kind", resource.plural()).put("uid", ObjectStore.uid(present));
        return status;
    }

    private void abandonDependents(String namespace, String uid) {
        for (ApiResource resource : Set.of(ApiResource.REPLICA_SETS, ApiResource.PODS)) {
            for (ObjectNode object : store.list(resource, namespace)) {
                if (object.at("/metadata/ownerReferences/0/uid").asText().equals(uid)) {
                    store.update(resource, namespace, ObjectStore.name(object), dependent -> {
                        dependent.withObject("/metadata").remove("ownerReferences");
                        return dependent;
                    });
                }
            }
        }
    }

    private void emptyNamespace(String namespace) {
        for (ApiResource resource : ApiResource.ALL) {
            if (resource.namespaced()) {
                for (ObjectNode object : store.list(resource, namespace)) {
                    removed(new Target(resource, namespace, ObjectStore.name(object), ""), object, false);
                }
            }
        }
    }

    /** Deletes all of a collection that a selector matches. */
    void deleteCollection(Exchange exchange, Target target, List<ObjectNode> matching) throws IOException {
        boolean orphan = orphan(exchange, Documents.read(exchange));
        for (ObjectNode object : matching) {
            removed(
                    new Target(target.resource(), ObjectStore.namespace(object), ObjectStore.name(object), ""),
                    object,
                    orphan);
        }
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        exchange.send(200, status.put("kind", "Status").put("apiVersion", "v1").put("status", "Success"));
    }

    /** The scale subresource: only the number of replicas, under a kind of its own. */
    void scale(Exchange exchange, Target target) throws IOException {
        ApiResource resource = target.resource();
        if (!exchange.method().equals("GET")) {
            JsonNode body = Documents.read(exchange);
            JsonNode replicas = body.path("spec").path("replicas");
            if (!replicas.canConvertToInt()) {
                throw StatusError.badRequest("spec.replicas: Required value");
            }
            changed(
                    exchange,
                    target,
                    present -> {
                        present.withObject("/spec").set("replicas", replicas);
                        return present;
                    },
                    "Update");
        }
        ObjectNode present = store.get(resource, target.namespace(), target.name())
                .orElseThrow(() -> StatusError.notFound(resource, target.name()));
        ObjectNode scale = JsonNodeFactory.instance.objectNode();
        scale.put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode meta = scale.putObject("metadata");
        for (String field : new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
            meta.set(field, present.path("metadata").path(field));
        }
        scale.putObject("spec").set("replicas", present.path("spec").path("replicas"));
        scale.putObject("status")
                .put("replicas", present.path("status").path("replicas").asInt());
        exchange.send(200, scale);
    }

    private FieldManagement management(ApiResource resource) {
        return new FieldManagement(
                resource, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static String manager(Exchange exchange) {
        Optional<String> agent = exchange.header("User-Agent").map(value -> value.split("/", 2)[0]);
        return exchange.query("fieldManager").or(() -> agent).orElse("unknown");
    }

    private static boolean dryRun(Exchange exchange) {
        Optional<String> dryRun = exchange.query("dryRun");
        if (dryRun.isPresent() && !dryRun.get().equals("All")) {
            throw StatusError.badRequest("PatchOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: \""
                    + dryRun.get() + "\": supported values: \"All\"");
        }
        return dryRun.isPresent();
    }
}
