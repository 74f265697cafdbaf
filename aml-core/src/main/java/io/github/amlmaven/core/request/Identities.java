package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.RestBody;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The identity of a resource. Source: azure-ai-ml 1.34.0 ({@code entities/_credentials.py}). */
final class Identities {

    private Identities() {}

    /** As computes, endpoints and workspaces have it. */
    static @Nullable ObjectNode ofResource(@Nullable JsonNode identity) {
        if (!(identity instanceof ObjectNode object)) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        String type = CheckedSpec.text(object, "type");
        RestBody.put(rest, "type", type == null ? null : types(type));
        RestBody.assignUsers(rest, object);
        return rest;
    }

    /** As a workspace has it: its users are keys, and only the first letter of a type is large. */
    static @Nullable ObjectNode ofWorkspace(@Nullable JsonNode identity) {
        ObjectNode rest = ofResource(identity);
        if (identity == null || rest == null) {
            return null;
        }
        String types = Arrays.stream(rest.path("type").asText("SystemAssigned").split(",", -1))
                .map(type -> type.charAt(0) + type.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(","));
        rest.put("type", types);
        if (identity.get("user_assigned_identities") instanceof ObjectNode users) {
            ObjectNode assigned = rest.putObject("userAssignedIdentities");
            users.fieldNames().forEachRemaining(assigned::putObject);
        }
        return rest;
    }

    private static String types(String type) {
        return type.contains(",") ? "SystemAssigned,UserAssigned" : RestBody.pascal(type);
    }
}
