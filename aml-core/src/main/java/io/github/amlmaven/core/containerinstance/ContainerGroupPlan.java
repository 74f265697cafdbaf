package io.github.amlmaven.core.containerinstance;

import com.azure.resourcemanager.containerinstance.fluent.models.ContainerGroupInner;
import com.azure.resourcemanager.containerinstance.models.Container;
import com.azure.resourcemanager.containerinstance.models.ResourceRequests;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.plan.Comparison;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A container group that is there, beside the one that is wanted: what would be done, and what would be another then. */
final class ContainerGroupPlan {

    private final ContainerGroupRequest request;
    private final ScoringKeys keys;
    private final Optional<ContainerGroupInner> live;
    private final ContainerGroupInner desired;

    ContainerGroupPlan(ContainerGroupRequest request, ScoringKeys keys, Optional<ContainerGroupInner> live) {
        this.request = request;
        this.keys = keys;
        this.live = live;
        this.desired = new ContainerGroupBody(request, keys).build();
    }

    /** What is written. */
    ContainerGroupInner desired() {
        return desired;
    }

    Action todo() {
        if (live.isEmpty()) {
            return Action.CREATE;
        }
        if (!forcing().isEmpty()) {
            return Action.REPLACE;
        }
        return asDeployed() && isRunning(live.get()) ? Action.KEEP : Action.UPDATE;
    }

    private boolean asDeployed() {
        return live.isPresent() && ContainerGroupOperations.sameFingerprint(live.get(), desired);
    }

    private static boolean isRunning(ContainerGroupInner group) {
        String state =
                group.instanceView() == null ? null : group.instanceView().state();
        boolean stopped = "Stopped".equals(state) || "Failed".equals(state) || "Terminated".equals(state);
        return "Succeeded".equals(group.provisioningState()) && !stopped;
    }

    /** The fields that the service cannot change in place, as JSON pointers; empty when none has to be. */
    Set<String> forcing() {
        Set<String> forcing = new TreeSet<>();
        if (live.isEmpty()) {
            return forcing;
        }
        ContainerGroupInner group = live.get();
        if (group.containers() == null || group.containers().size() != 1) {
            forcing.add("/properties/containers");
        } else {
            ResourceRequests has = requests(group.containers().get(0));
            ResourceRequests wants = requests(desired.containers().get(0));
            String place = "/properties/containers/" + request.name() + "/properties/resources/requests";
            if (has.cpu() != wants.cpu()) {
                forcing.add(place + "/cpu");
            }
            if (has.memoryInGB() != wants.memoryInGB()) {
                forcing.add(place + "/memoryInGB");
            }
        }
        if (!desired.restartPolicy().equals(group.restartPolicy())) {
            forcing.add("/properties/restartPolicy");
        }
        if (!isSameRegion()) {
            forcing.add("/location");
        }
        return forcing;
    }

    private static ResourceRequests requests(Container container) {
        return container.resources().requests();
    }

    private boolean isSameRegion() {
        return region(desired.location()).equals(region(live.orElseThrow().location()));
    }

    /** The service answers "West Europe" to "westeurope". */
    private static String region(String location) {
        return location.replace(" ", "").toLowerCase(Locale.ROOT);
    }

    /** Field by field. */
    PlannedChange change() {
        ObjectNode wanted = (ObjectNode) ContainerGroupBody.json(desired);
        Optional<JsonNode> now = live.map(ContainerGroupBody::json);
        if (live.isPresent() && isSameRegion()) {
            wanted.put("location", live.get().location());
        }
        if (request.pull() instanceof ContainerGroupRequest.ImagePull.Login login
                && login.access().shortLived()) {
            // Another one at each run, which nobody has asked for.
            wanted.path("properties")
                    .path("imageRegistryCredentials")
                    .forEach(credential -> ((ObjectNode) credential).remove("password"));
        }
        return Comparison.of(
                "resourceGroups/" + request.resourceGroup() + "/providers/Microsoft.ContainerInstance/containerGroups/"
                        + request.name(),
                now,
                wanted,
                todo(),
                new Comparison.Knowledge(forcing(), known()));
    }

    /** Of each secret whether it is there already, as far as the last deployment has left word of it. */
    private Map<String, Boolean> known() {
        Map<String, Boolean> known = new TreeMap<>();
        if (live.isEmpty()) {
            return known;
        }
        Map<String, String> tags =
                live.get().tags() == null ? Map.of() : live.get().tags();
        String tag = tags.getOrDefault(SecretState.TAG, "");
        SecretState state = new SecretState(keys);
        new ContainerGroupBody(request, keys).secrets().forEach((place, value) -> {
            String name = place.substring(place.lastIndexOf('/') + 1);
            boolean made = keys.equals(ScoringKeys.TO_BE_MADE)
                    && (name.equals(ScoringKeys.PRIMARY_VARIABLE) || name.equals(ScoringKeys.SECONDARY_VARIABLE));
            Optional<Boolean> same =
                    asDeployed() ? Optional.of(true) : made ? Optional.of(false) : state.isIn(tag, place, value);
            same.ifPresent(answer -> known.put(pointer(place), answer));
        });
        return known;
    }

    private String pointer(String place) {
        return place.startsWith(ContainerGroupBody.REGISTRY)
                ? "/properties/imageRegistryCredentials/" + place.substring(ContainerGroupBody.REGISTRY.length())
                        + "/password"
                : "/properties/containers/" + request.name() + "/properties/environmentVariables/" + place
                        + "/secureValue";
    }
}
