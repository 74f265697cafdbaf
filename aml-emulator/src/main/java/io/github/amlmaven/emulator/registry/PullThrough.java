package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.registry.Repositories.StoredManifest;
import io.github.amlmaven.emulator.registry.Upstreams.Upstream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Fetches well-known base images from their public registry when they are asked for and not here yet. A host that could not
 * be reached is not asked again for a minute, so that a build without a network fails at once and says why.
 */
final class PullThrough {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(4);
    private static final Duration REMEMBERED = Duration.ofSeconds(60);

    private final Repositories repositories;
    private final ImageCopy copy;
    private final Upstreams upstreams;
    private final BooleanSupplier enabled;
    private final Clock clock;
    private final Map<String, Instant> unreachable = new ConcurrentHashMap<>();
    private final Map<String, RemoteRegistry> remotes = new ConcurrentHashMap<>();

    PullThrough(Repositories repositories, Upstreams upstreams, BooleanSupplier enabled, Clock clock) {
        this.repositories = repositories;
        this.copy = new ImageCopy(repositories);
        this.upstreams = upstreams;
        this.enabled = enabled;
        this.clock = clock;
    }

    /**
     * Fetches and stores one manifest, without its blobs: they come when they are asked for.
     *
     * @throws HttpError 404 that names the host when upstream cannot be reached
     */
    Optional<StoredManifest> manifest(Repository repository, String reference) throws IOException {
        Optional<Upstream> upstream = upstreams.of(repository.name());
        if (upstream.isEmpty()) {
            return Optional.empty();
        }
        RemoteRegistry remote = remote(upstream.get());
        Optional<ImageSource.Fetched> fetched;
        try {
            fetched = remote.manifest(upstream.get().repository(), reference);
        } catch (IOException e) {
            throw failed(upstream.get(), e);
        }
        if (fetched.isEmpty()) {
            return Optional.empty();
        }
        JsonNode json = fetched.get().bytes().json();
        Manifests.checkForm(json, fetched.get().mediaType());
        String digest = repositories.putManifest(
                repository, fetched.get().mediaType(), fetched.get().bytes());
        if (!ImageName.isDigest(reference)) {
            repositories.tag(repository, reference, digest);
        }
        return repositories.manifest(repository, digest);
    }

    /**
     * Fetches and stores a blob that some manifest of the repository names.
     *
     * @return whether it is here now
     */
    boolean blob(Repository repository, String digest) throws IOException {
        Optional<Upstream> upstream = upstreams.of(repository.name());
        if (upstream.isEmpty() || !named(repository, digest)) {
            return false;
        }
        try {
            copy.blob(remote(upstream.get()), upstream.get().repository(), digest, repository);
            return true;
        } catch (IOException e) {
            throw failed(upstream.get(), e);
        }
    }

    private boolean named(Repository repository, String digest) throws IOException {
        for (StoredManifest manifest : repositories.manifests(repository)) {
            if (!Manifests.isIndex(manifest.mediaType())
                    && Manifests.blobs(manifest.json()).contains(digest)) {
                return true;
            }
        }
        return false;
    }

    private RemoteRegistry remote(Upstream upstream) {
        if (!enabled.getAsBoolean()) {
            throw OciErrors.of(
                    404,
                    "MANIFEST_UNKNOWN",
                    "not in this registry, and upstream " + upstream.host() + " cannot be reached: pulling from public"
                            + " registries is switched off");
        }
        Instant since = unreachable.get(upstream.host());
        if (since != null && clock.instant().isBefore(since.plus(REMEMBERED))) {
            throw cannotReach(upstream, "it could not be reached " + since);
        }
        return remotes.computeIfAbsent(
                upstream.host(), host -> new RemoteRegistry(upstream.url(), null, null, CONNECT_LIMIT, ANSWER_LIMIT));
    }

    private HttpError failed(Upstream upstream, IOException e) {
        unreachable.put(upstream.host(), clock.instant());
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return cannotReach(upstream, why);
    }

    private static HttpError cannotReach(Upstream upstream, String why) {
        return OciErrors.of(
                404,
                "MANIFEST_UNKNOWN",
                "not in this registry, and upstream " + upstream.host() + " cannot be reached (" + why + ")");
    }
}
