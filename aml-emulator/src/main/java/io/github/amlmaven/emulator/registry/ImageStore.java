package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Images in the emulator's registries, for those who run them: manifests and blobs by content. */
public interface ImageStore {

    /**
     * A manifest.
     *
     * @param registry the registry's name (the first label of an ACR login server) or the emulator's own authority
     * @param repository for example {@code wine-kmeans}
     * @param reference tag or {@code sha256:...}
     */
    Optional<Manifest> manifest(String registry, String repository, String reference) throws IOException;

    /** The file that holds a blob of a repository. */
    Optional<Path> blob(String digest);

    /** A manifest with its digest and media type. */
    record Manifest(String digest, String mediaType, JsonNode content) {}
}
