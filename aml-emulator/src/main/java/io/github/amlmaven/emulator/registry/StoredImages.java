package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.registry.Registries.Registry;
import io.github.amlmaven.emulator.registry.Repositories.StoredManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The emulator's registries, read from inside. */
final class StoredImages implements ImageStore {

    private final Registries registries;
    private final Repositories repositories;
    private final PullThrough pullThrough;

    StoredImages(Registries registries, Repositories repositories, PullThrough pullThrough) {
        this.registries = registries;
        this.repositories = repositories;
        this.pullThrough = pullThrough;
    }

    @Override
    public Optional<Manifest> manifest(String registry, String repository, String reference) throws IOException {
        Optional<Registry> found = registries.resolve(registry);
        boolean wellFormed =
                ImageName.isRepository(repository) && (ImageName.isTag(reference) || ImageName.isDigest(reference));
        if (found.isEmpty() || !wellFormed) {
            return Optional.empty();
        }
        Repository place = new Repository(found.get().name(), repository);
        try {
            Optional<StoredManifest> stored = repositories.manifest(place, reference);
            StoredManifest manifest = stored.isPresent()
                    ? stored.get()
                    : pullThrough.manifest(place, reference).orElse(null);
            if (manifest == null) {
                return Optional.empty();
            }
            JsonNode json = manifest.json();
            fetchBlobs(place, manifest, json);
            return Optional.of(new Manifest(manifest.digest(), manifest.mediaType(), json));
        } catch (HttpError e) {
            throw new IOException(e.body(), e);
        }
    }

    /** A cached image's layers come lazily over HTTP; who reads files needs them all. */
    private void fetchBlobs(Repository place, StoredManifest manifest, JsonNode json) throws IOException {
        if (Manifests.isIndex(manifest.mediaType())) {
            return;
        }
        for (String digest : Manifests.blobs(json)) {
            if (!repositories.hasBlob(place, digest) && !pullThrough.blob(place, digest)) {
                throw new IOException("blob " + digest + " of " + place.name() + " is missing");
            }
        }
    }

    @Override
    public Optional<Path> blob(String digest) {
        return ImageName.isDigest(digest) && repositories.content().contains(digest)
                ? Optional.of(repositories.content().path(digest))
                : Optional.empty();
    }
}
