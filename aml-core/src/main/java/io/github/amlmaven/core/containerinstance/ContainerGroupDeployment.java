package io.github.amlmaven.core.containerinstance;

import com.azure.core.http.HttpClient;
import com.azure.resourcemanager.containerinstance.ContainerInstanceManager;
import com.azure.resourcemanager.containerinstance.fluent.models.ContainerGroupInner;
import com.azure.resourcemanager.containerinstance.models.EnvironmentVariable;
import com.azure.resourcemanager.containerinstance.models.IpAddress;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.PullGrant;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.core.scoring.ScoringReadiness;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Deploys a scoring image to Azure Container Instances and waits until its model answers. Deploying the same again
 * changes nothing.
 */
public final class ContainerGroupDeployment {

    private final ContainerInstanceManager manager;
    private final ScoringReadiness readiness;
    private final Progress progress;

    /** @param http reaches the deployed model */
    public ContainerGroupDeployment(ContainerInstanceManager manager, HttpClient http, Progress progress) {
        this.manager = manager;
        this.readiness = new ScoringReadiness(http, progress);
        this.progress = progress;
    }

    /** Checks the request and says what deploying it would do; changes nothing. */
    public Action plan(ContainerGroupRequest request) {
        request.check();
        Optional<ContainerGroupInner> live = operations(request).find();
        warnOfNewKeys(request, live);
        ContainerGroupPlan plan = new ContainerGroupPlan(request, request.auth().plannedKeys(Optional.empty()), live);
        progress.planned(plan.change());
        return plan.todo();
    }

    /**
     * Brings the container group into the requested state.
     *
     * @throws AmlException {@link ErrorCode#DEPLOYMENT_FAILED} or {@link ErrorCode#DEPLOYMENT_NOT_READY} with the
     *     group's events and the container's last log lines; {@link ErrorCode#OPERATION_TIMEOUT} when the limit has
     *     passed, the operation then goes on
     */
    public ContainerGroupResult deploy(ContainerGroupRequest request) {
        request.check();
        long start = System.nanoTime();
        ScoringKeyFile keyFile = request.auth().keyFile();
        ContainerGroupOperations operations = operations(request);
        Optional<ContainerGroupInner> live = operations.findSettled(request.limit(), request.interval());
        warnOfNewKeys(request, live);
        ScoringKeys keys = request.auth().keys(Optional.empty());
        // Before anything is sent: a build that is killed after the write must find the keys it has set.
        Optional<URI> known = keyFile.read().flatMap(ScoringKeyFile.Content::scoringUri);
        keyFile.write(new ScoringKeyFile.Content(keys, known));

        ContainerGroupPlan comparison = new ContainerGroupPlan(request, keys, live);
        Action action = comparison.todo();
        if (action == Action.REPLACE) {
            progress.info(
                    "Container group '" + request.name() + "' is deleted first, since this cannot be changed in place: "
                            + String.join(", ", comparison.forcing()));
            operations.delete(request.limit(), request.interval());
        }
        ContainerGroupInner group = action == Action.KEEP
                ? live.orElseThrow()
                : put(operations, request, comparison.desired(), left(request, start));

        ContainerGroupDiagnosis diagnosis =
                new ContainerGroupDiagnosis(manager.serviceClient(), request.resourceGroup(), request.name(), keys);
        // A group that nothing is written to may have been restarted often in its life; whether it answers is what
        // counts.
        failIfBroken(
                request,
                group,
                action == Action.KEEP ? Optional.empty() : ContainerGroupDiagnosis.broken(group),
                diagnosis);
        URI scoringUri = scoringUri(group);
        keyFile.write(new ScoringKeyFile.Content(keys, Optional.of(scoringUri)));
        Duration ready = awaitModel(request, scoringUri, left(request, start), operations, diagnosis);
        warnIfUnprotected(request, scoringUri);
        return result(request, group, scoringUri, action != Action.KEEP, ready);
    }

    private static ContainerGroupInner put(
            ContainerGroupOperations operations,
            ContainerGroupRequest request,
            ContainerGroupInner desired,
            Duration limit) {
        try {
            return operations.put(desired, limit, request.interval());
        } catch (AmlException e) {
            if (request.pull() instanceof ContainerGroupRequest.ImagePull.Identity identity
                    && String.valueOf(e.getMessage()).contains("InaccessibleImage")) {
                throw AmlException.of(e.code(), String.valueOf(e.getMessage()))
                        .cause(e)
                        .requestId(e.requestId())
                        .remedy(
                                "If the image is there, the group's identity lacks AcrPull on its registry. Give it the role"
                                        + " and wait some minutes:\n  "
                                        + new PullGrant(identity.resourceId(), request.image()).command())
                        .build();
            }
            throw e;
        }
    }

    /**
     * Where a running group gets new keys its callers must hear of it. Keys that stand in the group in plain are not taken over: every
     * Reader of the group knows them, and they would be the key of the fingerprints among its tags.
     */
    private void warnOfNewKeys(ContainerGroupRequest request, Optional<ContainerGroupInner> live) {
        Optional<EnvironmentVariable> primary = live.flatMap(ContainerGroupDeployment::primaryKey);
        if (!request.auth().makesKeys() || primary.isEmpty()) {
            return;
        }
        String why = primary.get().value() == null
                ? "is gone, and Azure does not give back the secure values of a container group"
                : "is gone, and those in the group are plain values that everybody who may read it knows";
        progress.warn("Container group '" + request.name()
                + "' gets new keys, so callers with the old ones are refused (401): their file "
                + request.auth().keyFile().path() + " " + why
                + ". To keep the old keys put the file back, or name them by -Daml.deploy.keysServerId.");
    }

    private static Optional<EnvironmentVariable> primaryKey(ContainerGroupInner group) {
        return Stream.ofNullable(group.containers())
                .flatMap(List::stream)
                .flatMap(container -> Stream.ofNullable(container.environmentVariables()))
                .flatMap(List::stream)
                .filter(variable -> variable.name().equals(ScoringKeys.PRIMARY_VARIABLE))
                .findFirst();
    }

    private ContainerGroupOperations operations(ContainerGroupRequest request) {
        return new ContainerGroupOperations(
                manager.serviceClient().getContainerGroups(), progress, request.resourceGroup(), request.name());
    }

    private static Duration left(ContainerGroupRequest request, long start) {
        Duration left = request.limit().minusNanos(System.nanoTime() - start);
        return left.compareTo(request.interval()) < 0 ? request.interval() : left;
    }

    private static void failIfBroken(
            ContainerGroupRequest request,
            ContainerGroupInner group,
            Optional<String> broken,
            ContainerGroupDiagnosis diagnosis) {
        if (broken.isPresent() || !"Succeeded".equals(group.provisioningState())) {
            String reason = broken.orElse("its state is " + group.provisioningState());
            throw AmlException.of(
                            ErrorCode.DEPLOYMENT_FAILED,
                            "Container group '" + request.name() + "' does not run: " + reason + "\n  "
                                    + diagnosis.describe(group))
                    .remedy("Mend what the events and the log show, then run 'mvn aml:package aml:deploy-aci' again.")
                    .build();
        }
    }

    /** Where the group is, as the service tells it; a public name of a loopback address resolves nowhere. */
    static URI scoringUri(ContainerGroupInner group) {
        IpAddress address = group.ipAddress();
        if (address == null
                || address.ip() == null
                || address.ports() == null
                || address.ports().isEmpty()) {
            throw AmlException.of(
                            ErrorCode.DEPLOYMENT_FAILED, "Container group '" + group.name() + "' has no public address")
                    .remedy(
                            "It was not made by aml:deploy-aci, or somebody has changed it: delete it, or deploy under another name"
                                    + " (-Daml.deploy.name).")
                    .build();
        }
        boolean byName = address.fqdn() != null && !address.ip().startsWith("127.");
        int port = address.ports().get(0).port();
        return URI.create(
                "http://" + (byName ? address.fqdn() : address.ip()) + (port == 80 ? "" : ":" + port) + "/score");
    }

    private Duration awaitModel(
            ContainerGroupRequest request,
            URI scoringUri,
            Duration limit,
            ContainerGroupOperations operations,
            ContainerGroupDiagnosis diagnosis) {
        ScoringReadiness.Outcome outcome = readiness.await(
                scoringUri, limit, request.interval(), () -> operations.find().flatMap(diagnosis::observe));
        if (outcome instanceof ScoringReadiness.Outcome.Ready ready) {
            return ready.after();
        }
        String reason = outcome instanceof ScoringReadiness.Outcome.Broken broken
                ? broken.reason()
                : "GET " + scoringUri.resolve("/") + " came to "
                        + ((ScoringReadiness.Outcome.Late) outcome).lastSeen() + " after "
                        + request.limit().toSeconds() + " s";
        String details = operations.find().map(diagnosis::describe).orElse("The group was deleted.");
        throw AmlException.of(
                        ErrorCode.DEPLOYMENT_NOT_READY,
                        "The model in container group '" + request.name() + "' does not answer: " + reason + "\n  "
                                + details)
                .remedy("Mend what the log shows (most often an exception in init() of the scoring script), then run"
                        + " 'mvn aml:package aml:deploy-aci' again; a slow model needs a larger -Daml.deploy.timeout.")
                .build();
    }

    private void warnIfUnprotected(ContainerGroupRequest request, URI scoringUri) {
        if (request.auth().closed() && readiness.answersWithoutKey(scoringUri)) {
            progress.warn("The server at " + scoringUri + " answers without a key: the image '" + request.image()
                    + "' does not check keys. Anyone can call the model.");
        }
    }

    private static ContainerGroupResult result(
            ContainerGroupRequest request, ContainerGroupInner group, URI scoringUri, boolean changed, Duration ready) {
        return new ContainerGroupResult(
                group.id(),
                scoringUri,
                group.ipAddress().ip(),
                Optional.ofNullable(group.ipAddress().fqdn()),
                request.image(),
                request.auth().enabled() ? Optional.of(request.auth().keyFile().path()) : Optional.empty(),
                changed,
                ready);
    }
}
