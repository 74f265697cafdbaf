package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.amlmaven.emulator.kubernetes.TableView.Column;
import java.time.Instant;
import java.util.List;

/** The columns of pods, whose status is made of those of their containers (kubernetes/kubernetes, printPod). */
final class PodColumns {

    private PodColumns() {}

    static List<Column> all() {
        return List.of(
                Columns.text("Name", object -> ObjectStore.name(object)),
                Columns.text("Ready", PodColumns::ready),
                Columns.text("Status", PodColumns::status),
                new Column(
                        "Restarts", "string", 0, (pod, now) -> JsonNodeFactory.instance.textNode(restarts(pod, now))),
                new Column(
                        "Age",
                        "string",
                        0,
                        (pod, now) -> JsonNodeFactory.instance.textNode(Columns.age(
                                pod.at("/metadata/creationTimestamp").asText(), now))),
                Columns.wide("IP", pod -> Columns.orNone(pod.at("/status/podIP").asText())),
                Columns.wide(
                        "Node", pod -> Columns.orNone(pod.at("/spec/nodeName").asText())),
                Columns.wide(
                        "Nominated Node",
                        pod -> Columns.orNone(
                                pod.at("/status/nominatedNodeName").asText())),
                Columns.wide("Readiness Gates", pod -> Columns.NONE));
    }

    private static boolean runs(JsonNode container) {
        return container.path("ready").asBoolean() && container.path("state").has("running");
    }

    private static String ready(JsonNode pod) {
        int ready = 0;
        for (JsonNode container : pod.at("/status/containerStatuses")) {
            ready += runs(container) ? 1 : 0;
        }
        return ready + "/" + pod.at("/spec/containers").size();
    }

    private static String restarts(JsonNode pod, Instant now) {
        int restarts = 0;
        String last = "";
        for (JsonNode container : pod.at("/status/containerStatuses")) {
            restarts += container.path("restartCount").asInt();
            String finished = container.at("/lastState/terminated/finishedAt").asText();
            last = finished.compareTo(last) > 0 ? finished : last;
        }
        return restarts == 0 || last.isEmpty()
                ? Integer.toString(restarts)
                : restarts + " (" + Columns.age(last, now) + " ago)";
    }

    private static String status(JsonNode pod) {
        if (pod.path("metadata").has("deletionTimestamp")) {
            return "Terminating";
        }
        String initializing = initializing(pod);
        return initializing.isEmpty() ? ofContainers(pod) : initializing;
    }

    /** Which init container is at work, or has failed; empty when all are done. */
    private static String initializing(JsonNode pod) {
        int index = 0;
        for (JsonNode container : pod.at("/status/initContainerStatuses")) {
            JsonNode terminated = container.at("/state/terminated");
            String waiting = container.at("/state/waiting/reason").asText();
            if (!terminated.isMissingNode() && terminated.path("exitCode").asInt() != 0) {
                return "Init:" + reason(terminated);
            }
            if (terminated.isMissingNode()) {
                return waiting.isEmpty() || waiting.equals("PodInitializing")
                        ? "Init:" + index + "/" + pod.at("/spec/initContainers").size()
                        : "Init:" + waiting;
            }
            index++;
        }
        return "";
    }

    private static String ofContainers(JsonNode pod) {
        String status = pod.at("/status/phase").asText();
        boolean running = false;
        JsonNode containers = pod.at("/status/containerStatuses");
        for (int i = containers.size() - 1; i >= 0; i--) {
            JsonNode state = containers.path(i).path("state");
            String waiting = state.at("/waiting/reason").asText();
            if (!waiting.isEmpty()) {
                status = waiting;
            } else if (state.has("terminated")) {
                status = reason(state.path("terminated"));
            } else {
                running |= runs(containers.path(i));
            }
        }
        return status.equals("Completed") && running ? "Running" : status;
    }

    private static String reason(JsonNode terminated) {
        String reason = terminated.path("reason").asText();
        return reason.isEmpty() ? "ExitCode:" + terminated.path("exitCode").asText() : reason;
    }
}
