package io.github.amlmaven.emulator.arm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/** What stands around a resource's properties. */
public final class Envelope {

    private static final String AUTHOR = "AML Emulator";

    private Envelope() {}

    /**
     * A new document with id, name, type and {@code systemData}.
     *
     * @param type the full resource type
     * @param old what the resource was before; it keeps its creation time
     */
    public static ObjectNode of(ResourceId id, String type, Optional<ObjectNode> old, Instant now) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", id.value()).put("name", id.name()).put("type", type);
        String time = now.toString();
        String created = old.map(resource ->
                        resource.path("systemData").path("createdAt").asText(time))
                .orElse(time);
        document.putObject("systemData")
                .put("createdAt", created)
                .put("createdBy", AUTHOR)
                .put("createdByType", "Application")
                .put("lastModifiedAt", time)
                .put("lastModifiedBy", AUTHOR)
                .put("lastModifiedByType", "Application");
        return document;
    }
}
