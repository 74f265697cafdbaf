package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.registry.Registries.Registry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One {@code importImage}: checked when it is made, done when it is run. */
final class ImageImport {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final Repositories repositories;
    private final Registry target;
    private final ImageSource source;
    private final Name sourceImage;
    private final List<Name> targetTags = new ArrayList<>();
    private final List<String> untagged = new ArrayList<>();
    private final boolean force;

    /** {@code repository:tag} or {@code repository@digest}. */
    private record Name(String repository, String reference) {

        static Name parse(String image) {
            int at = image.indexOf('@');
            int colon = at >= 0 ? at : image.lastIndexOf(':');
            String repository = colon < 0 ? image : image.substring(0, colon);
            String reference = colon < 0 ? "latest" : image.substring(colon + 1);
            boolean good = ImageName.isRepository(repository)
                    && (at >= 0 ? ImageName.isDigest(reference) : ImageName.isTag(reference));
            if (!good) {
                throw HttpError.arm(400, "InvalidParameters", "'" + image + "' is not the name of an image.");
            }
            return new Name(repository, reference);
        }

        boolean digest() {
            return ImageName.isDigest(reference);
        }
    }

    /**
     * @param body ARM's ImportImageParameters
     * @throws HttpError 400 for a malformed request, 404 for an unknown source registry, 409 for a tag that exists
     */
    ImageImport(Registries registries, Repositories repositories, Registry target, JsonNode body) {
        this.repositories = repositories;
        this.target = target;
        JsonNode from = body.path("source");
        this.sourceImage = Name.parse(from.path("sourceImage").asText());
        this.source = source(registries, repositories, from);
        body.path("targetTags").forEach(tag -> targetTags.add(Name.parse(tag.asText())));
        body.path("untaggedTargetRepositories").forEach(name -> untagged.add(name.asText()));
        if (targetTags.stream().anyMatch(Name::digest) || !untagged.stream().allMatch(ImageName::isRepository)) {
            throw HttpError.arm(
                    400,
                    "InvalidParameters",
                    "targetTags are repository:tag, untaggedTargetRepositories are repositories.");
        }
        if (targetTags.isEmpty() && untagged.isEmpty()) {
            if (sourceImage.digest()) {
                untagged.add(sourceImage.repository());
            } else {
                targetTags.add(sourceImage);
            }
        }
        this.force = mode(body.path("mode").asText("NoForce"));
        checkConflicts();
    }

    private static boolean mode(String mode) {
        if (!mode.equalsIgnoreCase("Force") && !mode.equalsIgnoreCase("NoForce")) {
            throw HttpError.arm(400, "InvalidParameters", "mode must be Force or NoForce, not '" + mode + "'.");
        }
        return mode.equalsIgnoreCase("Force");
    }

    private static ImageSource source(Registries registries, Repositories repositories, JsonNode from) {
        String resourceId = from.path("resourceId").asText("");
        if (!resourceId.isEmpty()) {
            if (!resourceId.startsWith("/")) {
                throw HttpError.arm(400, "InvalidParameters", "'" + resourceId + "' is not a resource id.");
            }
            ResourceId id = new ResourceId(resourceId);
            Optional<Registry> registry =
                    registries.find(id.name()).filter(found -> found.id().key().equals(id.key()));
            return registry.<ImageSource>map(found -> new LocalSource(repositories, found.name()))
                    .orElseThrow(() -> HttpError.arm(
                            404, "ResourceNotFound", "The source registry '" + resourceId + "' was not found."));
        }
        String uri = from.path("registryUri").asText("");
        if (!uri.matches("(?:https?://)?[A-Za-z0-9.\\[\\]:-]+/?")) {
            throw HttpError.arm(
                    400,
                    "InvalidParameters",
                    "The source needs a resourceId or the host name of a registry as registryUri.");
        }
        JsonNode credentials = from.path("credentials");
        boolean anonymous = credentials.path("password").asText("").isEmpty();
        return new RemoteRegistry(
                uri.replaceFirst("/$", ""),
                anonymous ? null : credentials.path("username").asText(""),
                anonymous ? null : credentials.path("password").asText(),
                CONNECT_LIMIT,
                ANSWER_LIMIT);
    }

    private Repository repository(String name) {
        return new Repository(target.name(), name);
    }

    private void checkConflicts() {
        for (Name tag : targetTags) {
            if (!force
                    && repositories
                            .tag(repository(tag.repository()), tag.reference())
                            .isPresent()) {
                throw conflict(tag);
            }
        }
    }

    private static HttpError conflict(Name tag) {
        return HttpError.arm(
                409,
                "Conflict",
                "Tag " + tag.repository() + ":" + tag.reference() + " already exists in target registry.");
    }

    /** Copies the image and sets the tags. */
    void run() {
        try {
            ImageSource.Fetched manifest = source.manifest(sourceImage.repository(), sourceImage.reference())
                    .orElseThrow(() -> failed("the image " + sourceImage.repository() + " " + sourceImage.reference()
                            + " does not exist in the source registry"));
            ImageCopy copy = new ImageCopy(repositories);
            for (String name : untagged) {
                copy.copy(source, sourceImage.repository(), manifest, repository(name));
            }
            for (Name tag : targetTags) {
                Repository place = repository(tag.repository());
                String digest = copy.copy(source, sourceImage.repository(), manifest, place);
                if (force) {
                    repositories.tag(place, tag.reference(), digest);
                } else if (!repositories.tagIfAbsent(place, tag.reference(), digest)) {
                    throw conflict(tag);
                }
            }
        } catch (IOException e) {
            throw failed(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }

    private static HttpError failed(String why) {
        return HttpError.arm(400, "InvalidParameters", "Operation registries-import failed: " + why + ".");
    }
}
