package io.github.amlmaven.emulator.registry;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A registry that images are read from. */
interface ImageSource {

    /** A manifest as it was stored there. */
    record Fetched(String mediaType, ManifestBytes bytes) {
        String digest() {
            return bytes.digest();
        }
    }

    /**
     * @param reference tag or digest
     * @throws IOException when the registry cannot be reached or refuses
     */
    Optional<Fetched> manifest(String repository, String reference) throws IOException;

    /** @throws IOException also when there is no such blob */
    InputStream blob(String repository, String digest) throws IOException;
}
