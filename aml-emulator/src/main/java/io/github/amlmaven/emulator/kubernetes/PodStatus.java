package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.container.SupervisedContainer;
import io.github.amlmaven.emulator.container.SupervisedContainer.State;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;

/** A pod's status from the states of its containers. */
final class PodStatus {

    private final Clock clock;
    private final Map<String, SupervisedContainer> containers;
    private final Map<String, SupervisedContainer> initContainers;
    private final String configError;

    PodStatus(
            Clock clock,
            Map<String, SupervisedContainer> containers,
            Map<String, SupervisedContainer> initContainers,
            String configError) {
        this.clock = clock;
        this.containers = containers;
        this.initContainers = initContainers;
        this.configError = configError;
    }

    void write(ObjectNode pod) {
        ObjectNode status = pod.withObject("/status");
        status.put("phase", phase());
        status.put("hostIP", "127.0.0.1").put("podIP", "127.0.0.1").put("qosClass", "BestEffort");
        if (!status.has("startTime")) {
            status.put("startTime", seconds(clock.instant()));
        }
        pod.withObject("/spec").put("nodeName", "emulator");
        boolean ready = !containers.isEmpty() && containers.values().stream().allMatch(SupervisedContainer::ready);
        ArrayNode conditions = status.withArray("conditions");
        Owned.condition(conditions, clock, "PodScheduled", true, "", "");
        Owned.condition(conditions, clock, "Initialized", !containers.isEmpty(), "", "");
        Owned.condition(conditions, clock, "ContainersReady", ready, ready ? "" : "ContainersNotReady", unready(ready));
        Owned.condition(conditions, clock, "Ready", ready, ready ? "" : "ContainersNotReady", unready(ready));
        if (!initContainers.isEmpty()) {
            status.set("initContainerStatuses", statuses(pod.path("spec").path("initContainers"), initContainers));
        }
        status.set("containerStatuses", statuses(pod.path("spec").path("containers"), containers));
    }

    private String unready(boolean ready) {
        return ready ? "" : "containers with unready status: " + containers.keySet();
    }

    private String phase() {
        Collection<SupervisedContainer> all = containers.values();
        boolean begun = !all.isEmpty() && all.stream().anyMatch(PodStatus::begun);
        if (!begun) {
            return "Pending";
        }
        if (all.stream().allMatch(SupervisedContainer::finished)) {
            boolean good = all.stream()
                    .allMatch(container -> container.state().exitCode().orElse(1) == 0);
            return good ? "Succeeded" : "Failed";
        }
        return "Running";
    }

    private static boolean begun(SupervisedContainer container) {
        return container.state().phase() != State.Phase.WAITING
                || container.previous().isPresent();
    }

    private ArrayNode statuses(JsonNode specs, Map<String, SupervisedContainer> running) {
        ArrayNode statuses = JsonNodeFactory.instance.arrayNode();
        for (JsonNode spec : specs) {
            String name = spec.path("name").asText();
            ObjectNode status = statuses.addObject().put("name", name);
            status.put("image", spec.path("image").asText()).put("imageID", "");
            SupervisedContainer container = running.get(name);
            if (container == null) {
                ObjectNode waiting = status.put("ready", false)
                        .put("restartCount", 0)
                        .put("started", false)
                        .putObject("state")
                        .putObject("waiting");
                waiting.put("reason", configError.isEmpty() ? "PodInitializing" : "CreateContainerConfigError");
                if (!configError.isEmpty()) {
                    waiting.put("message", configError);
                }
                status.putObject("lastState");
            } else {
                status.put("ready", container.ready());
                status.put("restartCount", container.restarts());
                status.put("started", container.state().phase() == State.Phase.RUNNING);
                status.set("state", state(container.state()));
                status.set(
                        "lastState",
                        container.previous().map(PodStatus::state).orElseGet(JsonNodeFactory.instance::objectNode));
            }
        }
        return statuses;
    }

    private static ObjectNode state(State state) {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        switch (state.phase()) {
            case WAITING -> {
                ObjectNode waiting = view.putObject("waiting").put("reason", state.reason());
                if (!state.message().isEmpty()) {
                    waiting.put("message", state.message());
                }
            }
            case RUNNING ->
                view.putObject("running")
                        .put("startedAt", seconds(state.startedAt().orElse(Instant.EPOCH)));
            case TERMINATED ->
                view.putObject("terminated")
                        .put("exitCode", state.exitCode().orElse(-1))
                        .put("reason", state.reason())
                        .put("startedAt", seconds(state.startedAt().orElse(Instant.EPOCH)))
                        .put("finishedAt", seconds(state.finishedAt().orElse(Instant.EPOCH)));
        }
        return view;
    }

    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
