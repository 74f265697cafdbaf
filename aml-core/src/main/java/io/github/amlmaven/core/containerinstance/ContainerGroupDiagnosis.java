package io.github.amlmaven.core.containerinstance;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.util.Context;
import com.azure.resourcemanager.containerinstance.fluent.ContainerInstanceManagementClient;
import com.azure.resourcemanager.containerinstance.fluent.models.ContainerGroupInner;
import com.azure.resourcemanager.containerinstance.models.Container;
import com.azure.resourcemanager.containerinstance.models.ContainerPropertiesInstanceView;
import com.azure.resourcemanager.containerinstance.models.ContainerState;
import com.azure.resourcemanager.containerinstance.models.Event;
import io.github.amlmaven.core.error.Redaction;
import io.github.amlmaven.core.scoring.ScoringKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads from a container group why its model does not answer: events, container states and the log's last lines. */
final class ContainerGroupDiagnosis {

    private static final int LOG_LINES = 40;

    /** Restarts after which a server that never answered is taken for broken. */
    private static final int RESTARTS_OF_A_BROKEN_SERVER = 3;

    /**
     * gunicorn ends with this code when a worker cannot load the application, so when {@code init()} raises; the next start
     * would run the same code on the same files.
     */
    private static final int CANNOT_BOOT = 3;

    /** The service tries a pull again and again for half an hour; three refusals are an answer. */
    private static final int FAILED_PULLS = 3;

    /** A container that ends without a word is not waited for longer. */
    private static final int MOST_ENDS_WITHOUT_LOG = 3;

    private final ContainerInstanceManagementClient client;
    private final String resourceGroup;
    private final String name;
    private final ScoringKeys keys;
    private int observedRestarts = -1;
    private String logOfLastEnd = "";
    private int endsWithoutLog;

    ContainerGroupDiagnosis(
            ContainerInstanceManagementClient client, String resourceGroup, String name, ScoringKeys keys) {
        this.client = client;
        this.resourceGroup = resourceGroup;
        this.name = name;
        this.keys = keys;
    }

    /** The state to show while waiting: the group's provisioning state and the newest event. */
    static String state(ContainerGroupInner group) {
        List<Event> events = events(group);
        String event =
                events.isEmpty() ? "" : ": " + events.get(events.size() - 1).name();
        return (group.provisioningState() == null ? "unknown" : group.provisioningState()) + event;
    }

    /** Why waiting is of no use: a container that ended for good or keeps on ending, or an image that cannot be pulled. */
    static Optional<String> broken(ContainerGroupInner group) {
        for (Container container : containers(group)) {
            ContainerPropertiesInstanceView view = container.instanceView();
            if (view == null) {
                continue;
            }
            ContainerState current = view.currentState();
            int restarts = view.restartCount() == null ? 0 : view.restartCount();
            // Not while it runs again: its log says nothing yet, and the service no longer shows the one that tells
            // why.
            boolean again = current != null && "Running".equalsIgnoreCase(current.state());
            if (cannotBoot(current) || (!again && restarts > 0 && cannotBoot(view.previousState()))) {
                return Optional.of("its scoring server cannot start (exit code " + CANNOT_BOOT
                        + "): init() of the scoring script failed, as the log shows");
            }
            boolean ended = current != null && "Terminated".equalsIgnoreCase(current.state());
            if (ended && (!"Always".equalsIgnoreCase(policy(group)) || restarts >= RESTARTS_OF_A_BROKEN_SERVER)) {
                return Optional.of("the container has ended with exit code " + current.exitCode());
            }
            if (restarts >= RESTARTS_OF_A_BROKEN_SERVER) {
                return Optional.of("the container was started " + (restarts + 1) + " times and ended each time");
            }
        }
        return events(group).stream()
                .filter(ContainerGroupDiagnosis::isLastingPullFailure)
                .map(Event::message)
                .findFirst();
    }

    private static boolean cannotBoot(@Nullable ContainerState state) {
        return state != null
                && "Terminated".equalsIgnoreCase(state.state())
                && Objects.equals(state.exitCode(), CANNOT_BOOT);
    }

    private static String policy(ContainerGroupInner group) {
        return group.restartPolicy() == null ? "Always" : group.restartPolicy().toString();
    }

    private static boolean isLastingPullFailure(Event event) {
        String text = (event.name() + " " + event.message()).toLowerCase(Locale.ROOT);
        return text.contains("pull")
                && (text.contains("fail") || text.contains("error"))
                && event.count() != null
                && event.count() >= FAILED_PULLS;
    }

    /**
     * Keeps the log of a container that has ended: the service shows the current one's only, which may have just been
     * started and have nothing to say yet.
     */
    Optional<String> observe(ContainerGroupInner group) {
        for (Container container : containers(group)) {
            ContainerPropertiesInstanceView view = container.instanceView();
            if (view == null || view.currentState() == null || isRunning(view)) {
                continue;
            }
            int restarts = view.restartCount() == null ? 0 : view.restartCount();
            if (restarts != observedRestarts) {
                log(container.name()).ifPresent(log -> {
                    observedRestarts = restarts;
                    logOfLastEnd = log;
                });
            }
        }
        Optional<String> reason = broken(group);
        // It may have been started again before its log was read; its next end has a log to show.
        boolean unexplained = reason.isPresent() && logOfLastEnd.isEmpty() && ++endsWithoutLog < MOST_ENDS_WITHOUT_LOG;
        return unexplained ? Optional.empty() : reason;
    }

    private static boolean isRunning(ContainerPropertiesInstanceView view) {
        return "Running".equalsIgnoreCase(view.currentState().state());
    }

    /** What a person needs to see, one fact a line; never a key or token. */
    String describe(ContainerGroupInner group) {
        List<String> lines = new ArrayList<>();
        for (Event event : events(group)) {
            lines.add("event " + event.name() + ": " + event.message());
        }
        for (Container container : containers(group)) {
            ContainerPropertiesInstanceView view = container.instanceView();
            if (view != null && view.currentState() != null) {
                ContainerState state = view.currentState();
                lines.add("container " + container.name() + ": " + state.state()
                        + (state.exitCode() == null ? "" : ", exit code " + state.exitCode())
                        + (state.detailStatus() == null || state.detailStatus().isEmpty()
                                ? ""
                                : ", " + state.detailStatus())
                        + ", restarts "
                        + view.restartCount());
            }
            boolean justStarted = view != null && view.currentState() != null && isRunning(view);
            Optional<String> kept = Optional.of(logOfLastEnd).filter(log -> justStarted && !log.isEmpty());
            kept.or(() -> log(container.name())).orElse("(empty)").lines().forEach(line -> lines.add("log | " + line));
        }
        return keys.redact(Redaction.of(String.join("\n  ", lines)));
    }

    private Optional<String> log(String container) {
        try {
            String content = client.getContainers()
                    .listLogsWithResponse(resourceGroup, name, container, LOG_LINES, false, Context.NONE)
                    .getValue()
                    .content();
            return content == null || content.isBlank() ? Optional.empty() : Optional.of(content.stripTrailing());
        } catch (HttpResponseException e) {
            // A container that was never started has no log; the events beside it tell why.
            return Optional.empty();
        }
    }

    private static List<Container> containers(ContainerGroupInner group) {
        return group.containers() == null ? List.of() : group.containers();
    }

    private static List<Event> events(ContainerGroupInner group) {
        List<Event> events = new ArrayList<>();
        if (group.instanceView() != null && group.instanceView().events() != null) {
            events.addAll(group.instanceView().events());
        }
        for (Container container : containers(group)) {
            if (container.instanceView() != null && container.instanceView().events() != null) {
                events.addAll(container.instanceView().events());
            }
        }
        return events;
    }
}
