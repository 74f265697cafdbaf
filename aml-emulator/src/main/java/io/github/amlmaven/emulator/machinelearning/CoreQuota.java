package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** How many cores of a family of virtual machines a subscription and its workspaces may use, and do. */
final class CoreQuota {

    /** What an emulated subscription may use of a family: that of an enterprise agreement; others have less. */
    static final int LIMIT = 350;

    private static final String COLLECTION = "machinelearning.quotas";

    private final WorkspaceScope scope;

    /** Held from the look at what is left until the new use is stored: else two at once would both get the last cores. */
    private final Lock claims = new ReentrantLock();

    CoreQuota(WorkspaceScope scope) {
        this.scope = scope;
    }

    /** Cores in use in a location, family by family. */
    Map<String, Integer> used(String subscription, String location) {
        return used("/subscriptions/" + subscription, location, "");
    }

    private Map<String, Integer> used(String below, String location, String except) {
        Map<String, Integer> used = new LinkedHashMap<>();
        VmSize.families().forEach(family -> used.put(family, 0));
        for (DocumentStore.Entry entry :
                scope.context().store().list(ResourceStore.COLLECTION, below.toLowerCase(Locale.ROOT))) {
            JsonNode resource = entry.document();
            if (!entry.key().equals(except)
                    && resource.path("location").asText().equalsIgnoreCase(location)) {
                size(resource).ifPresent(size -> used.merge(size.family(), cores(size, resource), Integer::sum));
            }
        }
        return used;
    }

    private static Optional<VmSize> size(JsonNode resource) {
        JsonNode properties = resource.path("properties");
        return switch (type(resource)) {
            case "computes" ->
                VmSize.named(properties.path("properties").path("vmSize").asText());
            case "onlineendpoints/deployments" ->
                properties.path("endpointComputeType").asText().equalsIgnoreCase("Kubernetes")
                        ? Optional.empty()
                        : VmSize.named(properties.path("instanceType").asText());
            default -> Optional.empty();
        };
    }

    private static String type(JsonNode resource) {
        String prefix = (WorkspaceScope.PROVIDER + "/workspaces/").toLowerCase(Locale.ROOT);
        String type = resource.path("type").asText().toLowerCase(Locale.ROOT);
        return type.startsWith(prefix) ? type.substring(prefix.length()) : "";
    }

    private static int cores(VmSize size, JsonNode resource) {
        return type(resource).equals("computes")
                ? size.cores()
                        * resource.path("properties")
                                .path("properties")
                                .path("scaleSettings")
                                .path("maxNodeCount")
                                .asInt(1)
                : size.coresOf(resource.path("sku").path("capacity").asInt(1));
    }

    /**
     * Stores a deployment whose cores there is room for.
     *
     * @throws HttpError when there is none; nothing is stored then
     */
    void claim(ResourceId id, ObjectNode deployment) {
        claims.lock();
        try {
            check(id, deployment);
            scope.resources().put(id, deployment);
        } finally {
            claims.unlock();
        }
    }

    /** As {@link #claim}, of a deployment that is there with another number of instances. */
    void scale(ResourceId id, int instances) {
        claims.lock();
        try {
            scope.resources().update(id, document -> {
                document.withObject("/sku").put("capacity", instances);
                check(id, document);
                return document;
            });
        } finally {
            claims.unlock();
        }
    }

    /**
     * Refuses a managed deployment that would take more than is left, as the service does: at once, with 400.
     *
     * @param deployment as it is to be; one that exists already gives back what it has
     */
    private void check(ResourceId id, ObjectNode deployment) {
        Optional<VmSize> size = size(deployment);
        if (size.isEmpty()) {
            return;
        }
        String family = size.get().family();
        int wanted = cores(size.get(), deployment);
        String location = deployment.path("location").asText();
        String subscription = "/subscriptions/" + id.segment("subscriptions");
        String workspace =
                id.value().substring(0, id.value().toLowerCase(Locale.ROOT).indexOf("/onlineendpoints/"));
        int used = used(subscription, location, id.key()).getOrDefault(family, 0);
        int usedHere = used(workspace + "/", location, id.key()).getOrDefault(family, 0);
        int limitHere = scope.context()
                .store()
                .get(COLLECTION, key(workspace, family))
                .map(given -> given.path("limit").asInt())
                .orElse(LIMIT);
        if (used + wanted > LIMIT) {
            throw outOfQuota(size.get(), id, used, LIMIT, wanted);
        }
        if (usedHere + wanted > limitHere) {
            throw outOfQuota(size.get(), id, usedHere, limitHere, wanted);
        }
    }

    /** The words and the nesting are the service's (Azure/mlops-v2#124, MicrosoftLearning/mslearn-azure-ml#30). */
    private static HttpError outOfQuota(VmSize size, ResourceId id, int used, int limit, int wanted) {
        ObjectNode detail = JsonNodeFactory.instance.objectNode();
        detail.putObject("errors")
                .putArray("VmSize")
                .add("Not enough quota available for " + size.name() + " in SubscriptionId "
                        + id.segment("subscriptions") + ". Current usage/limit: " + used + "/" + limit
                        + ". Additional needed: " + wanted
                        + " Please see troubleshooting guide, available here: https://aka.ms/oe-tsg#error-outofquota");
        String trace = UUID.randomUUID().toString().replace("-", "");
        detail.put("type", "https://tools.ietf.org/html/rfc7231#section-6.5.1")
                .put("title", "One or more validation errors occurred.")
                .put("status", 400)
                .put("traceId", "00-" + trace + "-" + trace.substring(16) + "-01");
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode error = body.putObject("error").put("code", "BadRequest").put("message", "The request is invalid.");
        error.putArray("details")
                .addObject()
                .put("code", "InferencingClientCreateDeploymentFailed")
                .put("message", "InferencingClient HttpRequest error, error detail: " + detail);
        return HttpError.json(400, body);
    }

    private static String key(String workspace, String family) {
        return (workspace + "/quotas/" + family).toLowerCase(Locale.ROOT);
    }

    /** Parts of the subscription's quota that workspaces were given. */
    List<ObjectNode> given(String subscription) {
        return scope
                .context()
                .store()
                .list(COLLECTION, "/subscriptions/" + subscription.toLowerCase(Locale.ROOT))
                .stream()
                .map(DocumentStore.Entry::document)
                .toList();
    }

    /** Gives a workspace a part; the answer has the status in the service's words. */
    ObjectNode give(JsonNode wanted) {
        ObjectNode given = JsonNodeFactory.instance.objectNode();
        ResourceId id = new ResourceId(wanted.path("id").asText("/"));
        given.put("id", id.value())
                .put("type", WorkspaceScope.PROVIDER + "/workspaces/quotas")
                .put("limit", wanted.path("limit").asInt())
                .put("unit", "Count");
        String status = status(id, wanted.path("limit").asInt());
        if (status.equals("Success")) {
            scope.context().store().put(COLLECTION, id.key(), given);
        }
        return given.deepCopy().put("status", status);
    }

    private String status(ResourceId id, int limit) {
        if (!VmSize.families().contains(id.name())) {
            return "InvalidVMFamilyName";
        }
        String workspace = id.value().replaceFirst("(?i)/quotas/[^/]*$", "");
        if (scope.resources().get(new ResourceId(workspace)).isEmpty()) {
            return "Failure";
        }
        return limit > LIMIT ? "InvalidQuotaExceedsSubscriptionLimit" : "Success";
    }
}
