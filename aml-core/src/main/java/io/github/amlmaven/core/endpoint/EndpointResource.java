package io.github.amlmaven.core.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.arm.ArmClient;
import io.github.amlmaven.core.arm.WaitOptions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.Waiting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** One endpoint of the workspace as a resource, and its deployments. */
final class EndpointResource {

    /** The tag by which a later run tells whether anything has changed. Tags can be altered; properties cannot. */
    static final String CONTENT = "content.sha256";

    private static final Set<String> UNDER_WAY = Set.of("Creating", "Updating", "Scaling");

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String VERSION = ApiVersions.MACHINE_LEARNING;

    private final ArmClient arm;
    private final String collection;
    private final String name;
    private final String id;

    EndpointResource(AzureClients clients, String collection, String name) {
        this.arm = clients.arm();
        this.collection = clients.workspace().armId() + "/" + collection;
        this.name = name;
        this.id = this.collection + "/" + name;
    }

    static EndpointResource online(AzureClients clients, String name) {
        return new EndpointResource(clients, "onlineEndpoints", name);
    }

    String name() {
        return name;
    }

    String id() {
        return id;
    }

    /** The id of a deployment. */
    String id(String deployment) {
        return id + "/deployments/" + deployment;
    }

    Optional<ObjectNode> find() {
        return arm.find(id, VERSION);
    }

    /** @throws AmlException {@link ErrorCode#ARM_NOT_FOUND} with the name that may have been meant */
    ObjectNode required() {
        return find().orElseThrow(() -> {
            List<String> known = arm.list(collection, VERSION, Map.of())
                    .map(endpoint -> endpoint.path("name").asText())
                    .toList();
            return AmlException.of(
                            ErrorCode.ARM_NOT_FOUND,
                            "The workspace has no endpoint '" + name + "'" + Suggestion.sentence(name, known))
                    .remedy(
                            known.isEmpty()
                                    ? "Deploy one with 'mvn aml:deploy-managed', or one that scores files with 'mvn aml:deploy-batch'."
                                    : "It has: " + String.join(", ", known) + ".")
                    .build();
        });
    }

    /** The deployments by name; none when the endpoint does not exist. */
    SortedMap<String, ObjectNode> deployments() {
        SortedMap<String, ObjectNode> deployments = new TreeMap<>();
        arm.list(id + "/deployments", VERSION, Map.of())
                .forEach(found -> deployments.put(found.path("name").asText(), found));
        return deployments;
    }

    ObjectNode put(ObjectNode body, WaitOptions wait) {
        return arm.putAndWait(id, VERSION, body, wait);
    }

    ObjectNode putDeployment(String deployment, ObjectNode body, WaitOptions wait) {
        return arm.putAndWait(id + "/deployments/" + deployment, VERSION, body, wait);
    }

    /**
     * A deployment once nothing is being done to it any more: what an interrupted run has begun is taken up, not begun again,
     * which the service would refuse (409).
     */
    ObjectNode settled(ObjectNode deployment, WaitOptions wait, Progress progress) {
        String deploymentName = deployment.path("name").asText();
        Waiting waiting = new Waiting("deployment " + deploymentName, wait.limit(), wait.interval(), progress);
        ObjectNode now = deployment;
        while (UNDER_WAY.contains(now.at("/properties/provisioningState").asText())) {
            String state = now.at("/properties/provisioningState").asText();
            if (!waiting.pause(state)) {
                throw AmlException.of(
                                ErrorCode.OPERATION_TIMEOUT,
                                "deployment " + deploymentName + " is still " + state + " after "
                                        + wait.limit().toSeconds() + " s")
                        .build();
            }
            now = arm.get(id + "/deployments/" + deploymentName, VERSION);
        }
        return now;
    }

    void delete(WaitOptions wait) {
        arm.deleteAndWait(id, VERSION, wait);
    }

    void deleteDeployment(String deployment, WaitOptions wait) {
        arm.deleteAndWait(id + "/deployments/" + deployment, VERSION, wait);
    }

    ObjectNode post(String action) {
        return arm.post(id + "/" + action, VERSION, null);
    }

    ObjectNode postAndWait(String action, ObjectNode body, WaitOptions wait) {
        return arm.postAndWait(id + "/" + action, VERSION, body, wait);
    }

    /** The last lines of a container's log. */
    String log(String deployment, String container, int tail) {
        ObjectNode body = JSON.objectNode().put("containerType", container).put("tail", tail);
        return arm.post(id + "/deployments/" + deployment + "/getLogs", VERSION, body)
                .path("content")
                .asText("");
    }

    /**
     * The body that writes an endpoint as it is. The service takes traffic and the default deployment with the whole
     * endpoint only: PATCH knows nothing but tags and identity.
     */
    static ObjectNode writable(ObjectNode document) {
        ObjectNode body = JSON.objectNode();
        copy(document, body, "location", "sku");
        body.set("tags", document.path("tags").isObject() ? document.get("tags").deepCopy() : JSON.objectNode());
        if (document.path("identity").hasNonNull("type")) {
            ObjectNode identity = body.putObject("identity");
            copy(document.get("identity"), identity, "type");
            JsonNode users = document.get("identity").path("userAssignedIdentities");
            if (users.isObject()) {
                ObjectNode written = identity.putObject("userAssignedIdentities");
                users.fieldNames().forEachRemaining(written::putObject);
            }
        }
        copy(
                document.path("properties"),
                body.putObject("properties"),
                "authMode",
                "description",
                "properties",
                "compute",
                "traffic",
                "mirrorTraffic",
                "publicNetworkAccess",
                "defaults");
        return body;
    }

    private static void copy(JsonNode from, ObjectNode to, String... keys) {
        for (String key : keys) {
            if (from.hasNonNull(key)) {
                to.set(key, from.get(key).deepCopy());
            }
        }
    }

    /** Whether a resource is as its last writer wanted it. */
    static boolean isLike(ObjectNode document, String digest) {
        return digest.equals(document.path("tags").path(CONTENT).asText())
                && document.at("/properties/provisioningState")
                        .asText("Succeeded")
                        .equals("Succeeded");
    }
}
