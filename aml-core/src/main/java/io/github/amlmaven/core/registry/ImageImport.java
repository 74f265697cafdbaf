package io.github.amlmaven.core.registry;

import com.azure.core.management.polling.PollResult;
import com.azure.core.util.polling.LongRunningOperationStatus;
import com.azure.core.util.polling.PollResponse;
import com.azure.core.util.polling.SyncPoller;
import com.azure.resourcemanager.containerregistry.ContainerRegistryManager;
import com.azure.resourcemanager.containerregistry.models.ImportImageParameters;
import com.azure.resourcemanager.containerregistry.models.ImportMode;
import com.azure.resourcemanager.containerregistry.models.ImportSource;
import com.azure.resourcemanager.containerregistry.models.ImportSourceCredentials;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.arm.ServiceError;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.progress.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Copies an image into an Azure container registry on the service's side, and makes sure that what arrived is what was
 * meant.
 */
public final class ImageImport {

    private final ContainerRegistryManager manager;
    private final ImageDigests digests;
    private final Progress progress;

    public ImageImport(ContainerRegistryManager manager, ImageDigests digests, Progress progress) {
        this.manager = manager;
        this.digests = digests;
        this.progress = progress;
    }

    /**
     * The source for an image of {@code host}: a registry of this subscription goes by its ARM id, as in the Azure CLI,
     * so that the identity's own role is used; any other by its host.
     */
    public ImageImportRequest.Source source(String host, Optional<RegistryAccess> login) {
        if (login.isPresent()) {
            return new ImageImportRequest.Source.Host(host, login);
        }
        try {
            return manager.serviceClient().getRegistries().list().stream()
                    .filter(registry -> host.equalsIgnoreCase(registry.loginServer()))
                    .findFirst()
                    .<ImageImportRequest.Source>map(registry -> new ImageImportRequest.Source.Resource(registry.id()))
                    .orElseGet(() -> new ImageImportRequest.Source.Host(host, login));
        } catch (RuntimeException e) {
            throw ArmErrors.ofFailure("list the container registries of the subscription", e);
        }
    }

    /** Checks the request and the registries, and says under which names the image would be imported. */
    public List<String> plan(ImageImportRequest request) {
        request.check();
        String server = loginServer(request);
        expectedDigest(request);
        return targets(request, server).stream().map(ImageName::toString).toList();
    }

    /**
     * Imports the image and verifies its digest.
     *
     * @throws AmlException {@link ErrorCode#IMAGE_DIGEST_MISMATCH} when the target holds something else afterwards
     */
    public ImageImportResult run(ImageImportRequest request) {
        request.check();
        String server = loginServer(request);
        Optional<String> expected = expectedDigest(request);
        List<ImageName> targets = targets(request, server);
        List<String> names = targets.stream().map(ImageName::toString).toList();
        if (expected.isPresent()
                && targets.stream().allMatch(t -> digests.find(t).equals(expected))) {
            return new ImageImportResult(names, expected.get(), expected, false);
        }
        send(request);
        Set<String> found = new TreeSet<>();
        for (ImageName target : targets) {
            String digest = digests.get(target);
            verify(target, digest, expected);
            found.add(digest);
        }
        return new ImageImportResult(names, found.iterator().next(), expected, true);
    }

    private static void verify(ImageName target, String digest, Optional<String> expected) {
        if (expected.isPresent() && !digest.equals(expected.get())) {
            throw AmlException.of(
                            ErrorCode.IMAGE_DIGEST_MISMATCH,
                            target + " has the digest " + digest + " after the import, not " + expected.get())
                    .build();
        }
    }

    private String loginServer(ImageImportRequest request) {
        return loginServer(request.resourceGroup(), request.registry());
    }

    private String loginServer(String resourceGroup, String registry) {
        String what = "read container registry '" + registry + "' in resource group '" + resourceGroup + "'";
        try {
            return manager.serviceClient()
                    .getRegistries()
                    .getByResourceGroup(resourceGroup, registry)
                    .loginServer();
        } catch (RuntimeException e) {
            throw ArmErrors.ofFailure(what, e);
        }
    }

    private static List<ImageName> targets(ImageImportRequest request, String server) {
        List<ImageName> targets = new ArrayList<>();
        request.targetTags().forEach(tag -> targets.add(ImageName.parse(server + "/" + tag)));
        if (targets.isEmpty()) {
            targets.add(request.image().withRegistry(server));
        }
        return targets;
    }

    /** The given digest, else that of an Azure source which this identity may read. */
    private Optional<String> expectedDigest(ImageImportRequest request) {
        Optional<String> given = request.digest().or(request.image()::digest);
        if (given.isPresent()) {
            return given;
        }
        return sourceServer(request).map(server -> digests.get(request.image().withRegistry(server)));
    }

    private Optional<String> sourceServer(ImageImportRequest request) {
        if (request.source() instanceof ImageImportRequest.Source.Resource resource) {
            String[] parts = resource.resourceId().split("/", -1);
            boolean sameSubscription = parts[2].equalsIgnoreCase(manager.subscriptionId());
            if (sameSubscription) {
                return Optional.of(loginServer(parts[4], parts[8]));
            }
            progress.info("The source registry is in another subscription; the digest is read after the import only");
        }
        return Optional.empty();
    }

    private void send(ImageImportRequest request) {
        String what = "import " + request.image().withoutRegistry() + " from " + sourceName(request)
                + " into container registry '" + request.registry() + "'";
        try {
            SyncPoller<PollResult<Void>, Void> poller = manager.serviceClient()
                    .getRegistries()
                    .beginImportImage(request.resourceGroup(), request.registry(), parameters(request));
            Waiting waiting = new Waiting(what, request.limit(), request.interval(), progress);
            PollResponse<PollResult<Void>> last = poller.poll();
            while (!last.getStatus().isComplete()) {
                if (!waiting.pause(last.getStatus().toString().toLowerCase(Locale.ROOT))) {
                    throw AmlException.of(
                                    ErrorCode.OPERATION_TIMEOUT,
                                    what + ": not done after " + request.limit().toSeconds() + " s")
                            .build();
                }
                last = poller.poll();
            }
            failIfEndedBadly(what, last);
        } catch (RuntimeException e) {
            throw explained(ArmErrors.ofFailure(what, e));
        }
    }

    /** Where the image comes from, as the user knows it: the service does not name a source that it cannot reach. */
    private static String sourceName(ImageImportRequest request) {
        return request.source() instanceof ImageImportRequest.Source.Host host
                ? host.host()
                : request.source() instanceof ImageImportRequest.Source.Resource resource
                        ? resource.resourceId()
                        : request.image().registry().orElse("docker.io");
    }

    private static AmlException explained(AmlException failure) {
        return failure.code() == ErrorCode.ARM_CONFLICT
                ? AmlException.of(failure.code(), String.valueOf(failure.getMessage()))
                        .cause(failure)
                        .requestId(failure.requestId())
                        .remedy("Set <force> (-Daml.import.force) to replace the tag, or name another one"
                                + " (<targets>, -Daml.import.targets).")
                        .build()
                : failure;
    }

    private static void failIfEndedBadly(String what, PollResponse<PollResult<Void>> last) {
        if (LongRunningOperationStatus.SUCCESSFULLY_COMPLETED.equals(last.getStatus())) {
            return;
        }
        PollResult.Error error =
                last.getValue() == null ? null : last.getValue().getError();
        String body = error == null ? "" : Objects.toString(error.getResponseBody(), "");
        String reason = ServiceError.parse(body)
                .map(e -> e.code() + ": " + e.message())
                .orElse("it ended as " + last.getStatus());
        throw AmlException.of(ErrorCode.OPERATION_FAILED, what + ": " + reason).build();
    }

    private static ImportImageParameters parameters(ImageImportRequest request) {
        ImportSource source = new ImportSource().withSourceImage(request.image().withoutRegistry());
        if (request.source() instanceof ImageImportRequest.Source.Resource resource) {
            source.withResourceId(resource.resourceId());
        } else if (request.source() instanceof ImageImportRequest.Source.Host host) {
            source.withRegistryUri(host.host());
            host.login()
                    .ifPresent(login -> source.withCredentials(new ImportSourceCredentials()
                            .withUsername(login.username())
                            .withPassword(login.password())));
        }
        ImportImageParameters parameters = new ImportImageParameters()
                .withSource(source)
                .withMode(request.force() ? ImportMode.FORCE : ImportMode.NO_FORCE);
        if (!request.targetTags().isEmpty()) {
            parameters.withTargetTags(request.targetTags());
        }
        if (!request.untaggedTargets().isEmpty()) {
            parameters.withUntaggedTargetRepositories(request.untaggedTargets());
        }
        return parameters;
    }
}
