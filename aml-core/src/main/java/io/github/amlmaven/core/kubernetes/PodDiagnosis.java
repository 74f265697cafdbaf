package io.github.amlmaven.core.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.github.amlmaven.core.error.Redaction;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads from pods why a rollout does not end: states, events and the last log lines. */
final class PodDiagnosis {

    private static final int LOG_LINES = 40;
    private static final int PODS = 3;

    /** Restarts after which a server that was never ready is taken for broken. */
    private static final int RESTARTS_OF_A_BROKEN_SERVER = 3;

    /** gunicorn's exit code when a worker cannot load the application, so when {@code init()} raises. */
    private static final int CANNOT_BOOT = 3;

    /** Waiting reasons that no waiting changes. */
    private static final Set<String> LASTING =
            Set.of("InvalidImageName", "CreateContainerConfigError", "ErrImageNeverPull");

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final ScoringKeys keys;

    PodDiagnosis(KubernetesClient client, String namespace, String name, ScoringKeys keys) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        this.keys = keys;
    }

    /** Why waiting is of no use. */
    Optional<String> broken() {
        for (Pod pod : pods()) {
            for (ContainerStatus status : statuses(pod)) {
                ContainerStateWaiting waiting =
                        status.getState() == null ? null : status.getState().getWaiting();
                boolean looping = status.getRestartCount() != null
                        && status.getRestartCount() >= RESTARTS_OF_A_BROKEN_SERVER
                        && !Boolean.TRUE.equals(status.getReady());
                if (cannotBoot(status)) {
                    return Optional.of("the scoring server of pod "
                            + pod.getMetadata().getName() + " cannot start (exit code " + CANNOT_BOOT
                            + "): init() of the scoring script failed, as the log shows");
                }
                if (looping) {
                    return Optional.of("pod " + pod.getMetadata().getName() + " was restarted "
                            + status.getRestartCount() + " times and was never ready");
                }
                if (waiting != null && LASTING.contains(waiting.getReason())) {
                    return Optional.of("pod " + pod.getMetadata().getName() + ": " + waiting.getReason() + ": "
                            + waiting.getMessage());
                }
            }
        }
        return Optional.empty();
    }

    /** The first thing that a pod waits for, to show while waiting. */
    Optional<String> waitingFor() {
        return pods().stream()
                .flatMap(pod -> statuses(pod).stream())
                .map(ContainerStatus::getState)
                .filter(state -> state != null && state.getWaiting() != null)
                .map(state -> state.getWaiting().getReason())
                .findFirst();
    }

    /** What a person needs to see, one fact a line; never a key or token. */
    String describe() {
        List<String> lines = new ArrayList<>();
        for (Pod pod : pods().stream().limit(PODS).toList()) {
            String podName = pod.getMetadata().getName();
            lines.add("pod " + podName + ": " + pod.getStatus().getPhase());
            for (ContainerStatus status : statuses(pod)) {
                lines.add("  " + describe(status));
            }
            events(podName).forEach(event -> lines.add("  event " + event.getReason() + ": " + event.getMessage()));
            log(podName).lines().forEach(line -> lines.add("  log | " + line));
        }
        if (lines.isEmpty()) {
            lines.add("there are no pods");
            events(name).forEach(event -> lines.add("  event " + event.getReason() + ": " + event.getMessage()));
        }
        return keys.redact(Redaction.of(String.join("\n  ", lines)));
    }

    private static boolean cannotBoot(ContainerStatus status) {
        ContainerStateTerminated ended = ended(status);
        // Not while it runs again: its log says nothing yet.
        boolean again = status.getState() != null && status.getState().getRunning() != null;
        return !again
                && !Boolean.TRUE.equals(status.getReady())
                && ended != null
                && Objects.equals(ended.getExitCode(), CANNOT_BOOT);
    }

    private static @Nullable ContainerStateTerminated ended(ContainerStatus status) {
        if (status.getState() != null && status.getState().getTerminated() != null) {
            return status.getState().getTerminated();
        }
        return status.getLastState() == null ? null : status.getLastState().getTerminated();
    }

    private static String describe(ContainerStatus status) {
        String text = "container " + status.getName() + ": restarts " + status.getRestartCount();
        if (status.getState() != null && status.getState().getWaiting() != null) {
            ContainerStateWaiting waiting = status.getState().getWaiting();
            text += ", waiting: " + waiting.getReason()
                    + (waiting.getMessage() == null ? "" : ": " + waiting.getMessage());
        }
        ContainerStateTerminated ended = ended(status);
        return ended == null ? text : text + ", ended with exit code " + ended.getExitCode();
    }

    private List<Pod> pods() {
        return client.pods()
                .inNamespace(namespace)
                .withLabels(ScoringObjects.selector(name))
                .list()
                .getItems();
    }

    private static List<ContainerStatus> statuses(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null
                ? List.of()
                : pod.getStatus().getContainerStatuses();
    }

    private List<Event> events(String object) {
        try {
            return client.v1()
                    .events()
                    .inNamespace(namespace)
                    .withField("involvedObject.name", object)
                    .list()
                    .getItems();
        } catch (KubernetesClientException e) {
            // Reading events may be forbidden where deploying is not; the states and logs remain.
            return List.of();
        }
    }

    private String log(String pod) {
        try {
            return new PodLogs(client, namespace).end(pod, LOG_LINES).orElse("(no log)");
        } catch (KubernetesClientException e) {
            // Reading logs may be forbidden where deploying is not; the states remain.
            return "(no log: " + e.getCode() + ")";
        }
    }
}
