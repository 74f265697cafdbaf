package io.github.amlmaven.core.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.arm.ArmClient;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The versions of one model in the workspace. */
final class ModelVersions {

    /** The tag that holds the content digest. */
    static final String DIGEST_TAG = "content.sha256";

    private final ArmClient arm;
    private final String container;

    ModelVersions(AzureClients clients, String name) {
        this.arm = clients.arm();
        this.container = clients.workspace().armId() + "/models/" + name;
    }

    String id(String version) {
        return container + "/versions/" + version;
    }

    Optional<ObjectNode> find(String version) {
        return arm.find(id(version), ApiVersions.MACHINE_LEARNING);
    }

    /** The newest version with this content. The service filters by tag; whether it did is checked here. */
    Optional<ObjectNode> withDigest(String digest) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("$orderBy", "createdtime desc");
        query.put("tags", DIGEST_TAG + "=" + digest);
        try {
            return arm.list(container + "/versions", ApiVersions.MACHINE_LEARNING, query)
                    .filter(version -> digest.equals(digestOf(version)))
                    .filter(version ->
                            !version.path("properties").path("isArchived").asBoolean())
                    .findFirst();
        } catch (AmlException absent) {
            if (absent.code() == ErrorCode.ARM_NOT_FOUND) {
                return Optional.empty();
            }
            throw absent;
        }
    }

    /** What the service counts on to; {@code 1} for a new model. */
    String next() {
        return arm.find(container, ApiVersions.MACHINE_LEARNING)
                .map(model -> model.path("properties").path("nextVersion").asText("1"))
                .orElse("1");
    }

    ObjectNode put(String version, ObjectNode body) {
        return arm.put(id(version), ApiVersions.MACHINE_LEARNING, body);
    }

    static String digestOf(ObjectNode version) {
        return version.path("properties").path("tags").path(DIGEST_TAG).asText();
    }
}
