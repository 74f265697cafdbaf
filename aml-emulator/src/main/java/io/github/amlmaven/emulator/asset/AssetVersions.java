package io.github.amlmaven.emulator.asset;

import static io.github.amlmaven.emulator.asset.AssetKind.putIfAbsent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.Envelope;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import java.time.Clock;
import java.util.Optional;

/** The documents of asset containers and versions. A container springs up with its first version. */
public final class AssetVersions {

    private static final String PROVIDER = "Microsoft.MachineLearningServices/";

    private final ResourceStore resources;
    private final Clock clock;

    public AssetVersions(ResourceStore resources, Clock clock) {
        this.resources = resources;
        this.clock = clock;
    }

    /**
     * A container's document; stores nothing.
     *
     * @param given its properties as a client sent them
     */
    public ObjectNode container(AssetKind kind, ResourceId id, Optional<ObjectNode> old, JsonNode given) {
        ObjectNode container = document(id, kind.path(), old, given);
        ObjectNode properties = (ObjectNode) container.get("properties");
        JsonNode before = old.map(resource -> resource.path("properties")).orElse(properties);
        properties.set("latestVersion", before.path("latestVersion").isTextual() ? before.get("latestVersion") : null);
        properties.put("nextVersion", before.path("nextVersion").asText("1"));
        return container;
    }

    /**
     * A version's document; stores nothing.
     *
     * @param given its properties as a client or a job gives them
     */
    public ObjectNode version(AssetKind kind, ResourceId id, Optional<ObjectNode> old, JsonNode given) {
        ObjectNode version = document(id, kind.path() + "/versions", old, given);
        ObjectNode properties = (ObjectNode) version.get("properties");
        properties.put("isAnonymous", properties.path("isAnonymous").asBoolean());
        if (kind == AssetKind.COMPONENTS && properties.path("componentSpec") instanceof ObjectNode spec) {
            // The client reads a component's version from here, and may have left it to the service.
            putIfMissing(spec, "name", id.segment("components"));
            putIfMissing(spec, "version", id.name());
        }
        kind.complete(properties);
        return version;
    }

    /** Stores a version; a new one becomes its container's latest. */
    public void put(AssetKind kind, ResourceId container, ResourceId id, ObjectNode version) {
        boolean known = resources.get(id).isPresent();
        resources.put(id, version);
        if (!known) {
            resources.update(container, present -> withLatest(kind, container, present, version));
        }
    }

    /** The version of who does not ask for one: one more than the highest that is a number. */
    public String next(ResourceId container) {
        return resources
                .get(container)
                .map(document -> document.path("properties").path("nextVersion").asText())
                .filter(next -> !next.isEmpty())
                .orElse("1");
    }

    private static void putIfMissing(ObjectNode object, String name, String text) {
        if (!object.hasNonNull(name)) {
            object.put(name, text);
        }
    }

    private ObjectNode withLatest(AssetKind kind, ResourceId id, ObjectNode present, ObjectNode version) {
        ObjectNode container =
                present.isEmpty() ? container(kind, id, Optional.empty(), MissingNode.getInstance()) : present;
        ObjectNode properties = container.withObject("/properties");
        String name = version.path("name").asText();
        properties.put("latestVersion", name);
        properties.put("nextVersion", next(properties.path("nextVersion").asText("1"), name));
        if (kind == AssetKind.DATA && !properties.hasNonNull("dataType")) {
            // Required of a container; clients send back the one that they have read.
            properties.set("dataType", version.path("properties").path("dataType"));
        }
        return container;
    }

    private static String next(String present, String added) {
        try {
            return Long.toString(Math.max(Long.parseLong(present), Long.parseLong(added) + 1));
        } catch (NumberFormatException e) {
            return present;
        }
    }

    private ObjectNode document(ResourceId id, String type, Optional<ObjectNode> old, JsonNode given) {
        String home = id.segment("registries").isEmpty() ? "workspaces/" : "registries/";
        ObjectNode document = Envelope.of(id, PROVIDER + home + type, old, clock.instant());
        ObjectNode properties = document.putObject("properties");
        if (given instanceof ObjectNode object) {
            properties.setAll(object.deepCopy());
        }
        putIfAbsent(properties, "tags");
        putIfAbsent(properties, "properties");
        properties.put("isArchived", properties.path("isArchived").asBoolean());
        if (!properties.has("description")) {
            properties.putNull("description");
        }
        if (!type.startsWith(AssetKind.DATA.path())) {
            properties.put("provisioningState", "Succeeded");
        }
        return document;
    }
}
