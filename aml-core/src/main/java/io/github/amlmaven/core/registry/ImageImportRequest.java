package io.github.amlmaven.core.registry;

import io.github.amlmaven.core.error.ParameterCheck;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An image to bring into an Azure container registry.
 *
 * @param resourceGroup of the target registry
 * @param registry the target registry's name
 * @param source where the image comes from
 * @param image the image in the source, by tag or digest, without its registry
 * @param targets {@code repository:tag} names it gets; empty means the source's own
 * @param force whether a target tag that names another image is moved
 * @param digest the digest that the image must have; empty means the source's, where it can be read
 * @param limit how long to wait
 * @param interval between two looks
 */
public record ImageImportRequest(
        String resourceGroup,
        String registry,
        Source source,
        ImageName image,
        List<String> targets,
        boolean force,
        Optional<String> digest,
        Duration limit,
        Duration interval) {

    public ImageImportRequest {
        targets = List.copyOf(targets);
    }

    /** Where an image comes from. */
    public sealed interface Source {

        /** An Azure registry that the identity may read, also in another subscription. */
        record Resource(String resourceId) implements Source {}

        /** Any registry by its host; public when there is no login. */
        record Host(String host, Optional<RegistryAccess> login) implements Source {}
    }

    /** The names in the target, as the service takes them; an image by digest needs one that says its tag. */
    List<String> targetTags() {
        if (!targets.isEmpty()) {
            return targets;
        }
        return image.digest().isPresent() && image.tag().isEmpty()
                ? List.of()
                : List.of(image.repository() + ":" + image.tag().orElse("latest"));
    }

    /** A repository that gets the image without a tag: only for an image by digest without target names. */
    List<String> untaggedTargets() {
        return targetTags().isEmpty() ? List.of(image.repository()) : List.of();
    }

    void check() {
        ParameterCheck check = new ParameterCheck()
                .requireMatch("registry", registry, "[a-zA-Z0-9]{5,50}", "5 to 50 letters and digits")
                .require(image.registry().isEmpty(), "image '" + image + "': without the registry's host")
                .require(
                        digest.map(d -> d.matches("sha256:[0-9a-f]{64}")).orElse(true),
                        "digest: sha256: and 64 hex digits");
        for (String target : targets) {
            check.requireMatch(
                    "target",
                    target,
                    "[a-z0-9][a-z0-9._/-]*:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}",
                    "repository:tag without the registry's host");
        }
        if (source instanceof Source.Resource resource) {
            check.requireMatch(
                    "source registry",
                    resource.resourceId(),
                    "(?i)/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.ContainerRegistry/registries/[^/]+",
                    "an ARM id of a container registry");
        }
        check.orThrow("The image cannot be imported");
    }
}
