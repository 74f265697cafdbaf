package io.github.amlmaven.emulator.containerinstance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.HttpError;
import java.util.HashSet;
import java.util.Set;

/** A container group's JSON: what a body must hold, and what is never given back. */
final class GroupDocument {

    private static final String NAME = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
    private static final Set<String> POLICIES = Set.of("Always", "OnFailure", "Never");
    private static final int MAX_PORT = 65535;

    private GroupDocument() {}

    /**
     * The complete document for a PUT body, with defaults, secrets included.
     *
     * @throws HttpError 400 as the service words it
     */
    static ObjectNode of(ResourceId id, JsonNode body) {
        check(id, body);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", id.value());
        document.put("name", id.name());
        document.put("type", "Microsoft.ContainerInstance/containerGroups");
        document.put("location", body.path("location").asText());
        for (String key : new String[] {"tags", "identity", "zones"}) {
            if (body.hasNonNull(key)) {
                document.set(key, body.path(key).deepCopy());
            }
        }
        ObjectNode properties = body.path("properties").deepCopy();
        properties.remove("instanceView");
        properties.put("provisioningState", "Pending");
        defaulted(properties, "restartPolicy", "Always");
        defaulted(properties, "sku", "Standard");
        for (JsonNode container : properties.path("containers")) {
            ((ObjectNode) container.path("properties")).remove("instanceView");
        }
        document.set("properties", properties);
        return document;
    }

    private static void defaulted(ObjectNode object, String key, String value) {
        if (!object.hasNonNull(key)) {
            object.put(key, value);
        }
    }

    private static void check(ResourceId id, JsonNode body) {
        String group = id.name();
        if (!group.matches(NAME)) {
            throw HttpError.arm(
                    400,
                    "InvalidContainerGroupName",
                    "The container group name '" + group + "' is invalid. It must be 1 to 63 lower case letters, digits"
                            + " and hyphens, and begin and end with a letter or digit.");
        }
        if (body.path("location").asText().isEmpty()) {
            throw HttpError.arm(400, "LocationRequired", "The location property is required for this definition.");
        }
        JsonNode properties = body.path("properties");
        if (!properties.isObject()) {
            throw HttpError.arm(
                    400, "InvalidRequestContent", "The request content was invalid: 'properties' is required.");
        }
        String policy = properties.path("restartPolicy").asText("Always");
        if (!POLICIES.contains(policy)) {
            throw HttpError.arm(
                    400,
                    "InvalidContainerGroupRestartPolicy",
                    "The container group restart policy '" + policy + "' is invalid.");
        }
        if (!properties.path("containers").isArray()
                || properties.path("containers").isEmpty()) {
            throw HttpError.arm(
                    400,
                    "MissingContainers",
                    "Containers are missing in container group '" + group
                            + "'. Please specify at least one container.");
        }
        if (properties.path("osType").asText().isEmpty()) {
            throw HttpError.arm(
                    400, "OsTypeNotSpecified", "The 'osType' for container group '" + group + "' is not specified.");
        }
        checkContainers(group, properties);
    }

    private static void checkContainers(String group, JsonNode properties) {
        Set<String> names = new HashSet<>();
        Set<Integer> ports = new HashSet<>();
        for (JsonNode container : properties.path("containers")) {
            String name = container.path("name").asText();
            JsonNode values = container.path("properties");
            if (!name.matches(NAME) || !names.add(name)) {
                throw HttpError.arm(
                        400,
                        "InvalidContainerName",
                        "The container name '" + name + "' in container group '" + group
                                + "' is invalid or not unique.");
            }
            if (values.path("image").asText().isEmpty()) {
                throw HttpError.arm(
                        400,
                        "InvalidImageName",
                        "The image name in container '" + name + "' of container group '" + group + "' is missing.");
            }
            JsonNode requests = values.path("resources").path("requests");
            if (requests.path("cpu").asDouble() <= 0
                    || requests.path("memoryInGB").asDouble() <= 0) {
                throw HttpError.arm(
                        400,
                        "ResourceRequestsNotSpecified",
                        "The resource requests of container '" + name + "' in container group '" + group
                                + "' are not specified.");
            }
            values.path("ports").forEach(port -> ports.add(port.path("port").asInt()));
        }
        for (JsonNode port : properties.path("ipAddress").path("ports")) {
            int number = port.path("port").asInt();
            if (number < 1 || number > MAX_PORT || !ports.contains(number)) {
                throw HttpError.arm(
                        400,
                        "InvalidContainerGroupIpAddress",
                        "The port '" + number + "' of the IP address of container group '" + group
                                + "' is not exposed by any of its containers.");
            }
        }
    }

    /** What may be shown: no secure values, no registry passwords, no storage or log keys. */
    static ObjectNode withoutSecrets(ObjectNode full) {
        ObjectNode document = full.deepCopy();
        JsonNode properties = document.path("properties");
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonNode container : properties.path(list)) {
                for (JsonNode variable : container.path("properties").path("environmentVariables")) {
                    ((ObjectNode) variable).remove("secureValue");
                }
            }
        }
        for (JsonNode credential : properties.path("imageRegistryCredentials")) {
            ((ObjectNode) credential).remove("password");
        }
        for (JsonNode volume : properties.path("volumes")) {
            ((ObjectNode) volume).remove("secret");
            if (volume.path("azureFile") instanceof ObjectNode file) {
                file.remove("storageAccountKey");
            }
        }
        if (properties.path("diagnostics").path("logAnalytics") instanceof ObjectNode analytics) {
            analytics.remove("workspaceKey");
        }
        return document;
    }
}
