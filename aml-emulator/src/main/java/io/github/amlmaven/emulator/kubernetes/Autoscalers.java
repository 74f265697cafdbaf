package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.Optional;

/** Keeps the target between an autoscaler's bounds. There are no metrics here, so load moves nothing, and it says so. */
final class Autoscalers {

    private final ObjectStore store;
    private final Clock clock;

    Autoscalers(ObjectStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    void reconcile() {
        for (ObjectNode autoscaler : store.list(ApiResource.AUTOSCALERS, "")) {
            JsonNode target = autoscaler.path("spec").path("scaleTargetRef");
            String namespace = ObjectStore.namespace(autoscaler);
            Optional<ObjectNode> deployment = target.path("kind").asText().equals("Deployment")
                    ? store.get(
                            ApiResource.DEPLOYMENTS,
                            namespace,
                            target.path("name").asText())
                    : Optional.empty();
            if (deployment.isPresent()) {
                bound(autoscaler, deployment.get());
            } else {
                unscalable(autoscaler);
            }
        }
    }

    private void bound(ObjectNode autoscaler, ObjectNode deployment) {
        String namespace = ObjectStore.namespace(autoscaler);
        int present = deployment.path("spec").path("replicas").asInt();
        int least = autoscaler.path("spec").path("minReplicas").asInt(1);
        int most = autoscaler.path("spec").path("maxReplicas").asInt();
        int wanted = present == 0 ? 0 : Math.max(least, Math.min(most, present));
        if (wanted != present) {
            store.update(ApiResource.DEPLOYMENTS, namespace, ObjectStore.name(deployment), object -> {
                object.withObject("/spec").put("replicas", wanted);
                return object;
            });
        }
        store.update(ApiResource.AUTOSCALERS, namespace, ObjectStore.name(autoscaler), object -> {
            ObjectNode status = object.withObject("/status");
            status.put(
                    "currentReplicas",
                    deployment.path("status").path("replicas").asInt());
            status.put("desiredReplicas", wanted);
            var conditions = status.withArray("conditions");
            Owned.condition(
                    conditions,
                    clock,
                    "AbleToScale",
                    true,
                    "SucceededGetScale",
                    "the HPA controller was able to get the target's current scale");
            Owned.condition(
                    conditions,
                    clock,
                    "ScalingActive",
                    false,
                    "FailedGetResourceMetric",
                    "the HPA was unable to compute the replica count: the emulator has no resource metrics");
            return object;
        });
    }

    private void unscalable(ObjectNode autoscaler) {
        JsonNode target = autoscaler.path("spec").path("scaleTargetRef");
        store.update(
                ApiResource.AUTOSCALERS, ObjectStore.namespace(autoscaler), ObjectStore.name(autoscaler), object -> {
                    Owned.condition(
                            object.withObject("/status").withArray("conditions"),
                            clock,
                            "AbleToScale",
                            false,
                            "FailedGetScale",
                            "the HPA controller was unable to get the target's current scale: "
                                    + target.path("kind").asText() + " \""
                                    + target.path("name").asText() + "\" not found");
                    return object;
                });
    }
}
