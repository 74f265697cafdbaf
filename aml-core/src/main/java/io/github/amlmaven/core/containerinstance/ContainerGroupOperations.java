package io.github.amlmaven.core.containerinstance;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.management.polling.PollResult;
import com.azure.core.util.polling.LongRunningOperationStatus;
import com.azure.core.util.polling.PollResponse;
import com.azure.core.util.polling.SyncPoller;
import com.azure.resourcemanager.containerinstance.fluent.ContainerGroupsClient;
import com.azure.resourcemanager.containerinstance.fluent.models.ContainerGroupInner;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.arm.ServiceError;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.Waiting;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads, writes and deletes one container group and follows what is under way on it. */
final class ContainerGroupOperations {

    private static final Set<String> SETTLED = Set.of("Succeeded", "Failed", "Canceled", "Unhealthy");

    private final ContainerGroupsClient groups;
    private final Progress progress;
    private final String resourceGroup;
    private final String name;
    private final String what;

    ContainerGroupOperations(ContainerGroupsClient groups, Progress progress, String resourceGroup, String name) {
        this.groups = groups;
        this.progress = progress;
        this.resourceGroup = resourceGroup;
        this.name = name;
        this.what = "container group '" + name + "' in resource group '" + resourceGroup + "'";
    }

    Optional<ContainerGroupInner> find() {
        try {
            return Optional.of(groups.getByResourceGroup(resourceGroup, name));
        } catch (RuntimeException e) {
            if (status(e) == 404) {
                return Optional.empty();
            }
            throw ArmErrors.ofFailure("read " + what, e);
        }
    }

    /** The group once no operation is under way on it; an earlier build may have left one that goes on. */
    Optional<ContainerGroupInner> findSettled(Duration limit, Duration interval) {
        Waiting waiting = new Waiting("an operation under way on " + what, limit, interval, progress);
        while (true) {
            Optional<ContainerGroupInner> group = find();
            if (group.isEmpty() || isSettled(group.get())) {
                return group;
            }
            pauseOrFail(waiting, ContainerGroupDiagnosis.state(group.get()));
        }
    }

    /**
     * Writes the group and waits until it is there.
     *
     * <p>A 409 means that another operation is under way: it is waited for, and the write is tried again. A lost answer
     * does not say whether the write has arrived: the group is read again, and its fingerprint tells.
     */
    ContainerGroupInner put(ContainerGroupInner desired, Duration limit, Duration interval) {
        Waiting waiting = new Waiting(what, limit, interval, progress);
        @Nullable SyncPoller<PollResult<ContainerGroupInner>, ContainerGroupInner> poller = null;
        while (poller == null) {
            try {
                poller = groups.beginCreateOrUpdate(resourceGroup, name, desired);
            } catch (RuntimeException e) {
                if (status(e) == 409 && isBusy(e)) {
                    pauseOrFail(waiting, "another change is under way");
                } else if (status(e) == 0 && isWritten(desired)) {
                    progress.warn("The answer to the write of " + what + " was lost; the group has what was asked for");
                    return follow(null, waiting);
                } else {
                    throw ArmErrors.ofFailure("deploy " + what, e);
                }
            }
        }
        return follow(poller, waiting);
    }

    private static boolean isBusy(RuntimeException e) {
        // Other conflicts, such as a DNS label that is taken or a quota that is used up, do not go away by waiting.
        String text = String.valueOf(e.getMessage());
        return text.contains("TransitioningState")
                || text.contains("InProgress")
                || text.contains("OperationNotAllowed")
                || text.contains("AnotherOperation")
                || text.contains("still being")
                || text.contains("in progress");
    }

    private boolean isWritten(ContainerGroupInner desired) {
        return find().filter(live -> sameFingerprint(live, desired)).isPresent();
    }

    static boolean sameFingerprint(ContainerGroupInner live, ContainerGroupInner desired) {
        String tag = ContainerGroupBody.FINGERPRINT_TAG;
        return live.tags() != null
                && Objects.equals(desired.tags().get(tag), live.tags().get(tag));
    }

    private ContainerGroupInner follow(
            @Nullable SyncPoller<PollResult<ContainerGroupInner>, ContainerGroupInner> poller, Waiting waiting) {
        while (true) {
            if (poller != null) {
                failIfEndedBadly(poller);
            }
            ContainerGroupInner group = find().orElseThrow(() -> AmlException.of(
                            ErrorCode.DEPLOYMENT_FAILED, "The " + what + " was deleted while it was deployed")
                    .remedy("Somebody else deletes it; when that has ended, run 'mvn aml:deploy-aci' again.")
                    .build());
            if (isSettled(group) || ContainerGroupDiagnosis.broken(group).isPresent()) {
                return group;
            }
            pauseOrFail(waiting, ContainerGroupDiagnosis.state(group));
        }
    }

    /** The operation's own status has the reason of a failure; the group only says that it failed. */
    private void failIfEndedBadly(SyncPoller<PollResult<ContainerGroupInner>, ContainerGroupInner> poller) {
        PollResponse<PollResult<ContainerGroupInner>> last;
        try {
            last = poller.poll();
        } catch (RuntimeException e) {
            progress.debug(
                    "The operation's status cannot be read (" + e.getMessage() + "); the group's own state decides");
            return;
        }
        boolean badly = LongRunningOperationStatus.FAILED.equals(last.getStatus())
                || LongRunningOperationStatus.USER_CANCELLED.equals(last.getStatus());
        PollResult.Error error =
                last.getValue() == null ? null : last.getValue().getError();
        if (badly && error != null && error.getResponseBody() != null) {
            ServiceError.parse(error.getResponseBody()).ifPresent(reason -> {
                throw AmlException.of(
                                ErrorCode.DEPLOYMENT_FAILED,
                                "The " + what + " cannot be deployed: " + reason.code() + ": " + reason.message())
                        .remedy(
                                "Mend what the service names (region, size, image or credentials), then run 'mvn aml:deploy-aci' again.")
                        .build();
            });
        }
    }

    /** Deletes the group and waits until it is gone; false when there was none. */
    boolean delete(Duration limit, Duration interval) {
        if (find().isEmpty()) {
            return false;
        }
        try {
            groups.deleteWithResponseAsync(resourceGroup, name).block(limit);
        } catch (RuntimeException e) {
            if (status(e) != 404) {
                throw ArmErrors.ofFailure("delete " + what, e);
            }
        }
        Waiting waiting = new Waiting("the deletion of " + what, limit, interval, progress);
        while (find().isPresent()) {
            pauseOrFail(waiting, "Deleting");
        }
        return true;
    }

    private void pauseOrFail(Waiting waiting, String state) {
        if (!waiting.pause(state)) {
            throw AmlException.of(
                            ErrorCode.OPERATION_TIMEOUT,
                            "The " + what + " is not ready after "
                                    + waiting.limit().toSeconds() + " s: " + state)
                    .build();
        }
    }

    private static boolean isSettled(ContainerGroupInner group) {
        return group.provisioningState() != null && SETTLED.contains(group.provisioningState());
    }

    /** The status that the service answered, or 0 when it did not. */
    private static int status(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpResponseException answered && answered.getResponse() != null) {
                return answered.getResponse().getStatusCode();
            }
        }
        return 0;
    }
}
