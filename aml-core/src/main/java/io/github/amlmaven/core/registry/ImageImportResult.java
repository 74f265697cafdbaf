package io.github.amlmaven.core.registry;

import java.util.List;
import java.util.Optional;

/**
 * An imported image.
 *
 * @param images full names in the target registry
 * @param digest the digest read back from the target
 * @param verified against what the digest was compared: the given one or the source's; empty when the source cannot be
 *     read by this identity
 * @param changed false when all targets named the image already and nothing was sent
 */
public record ImageImportResult(List<String> images, String digest, Optional<String> verified, boolean changed) {

    public ImageImportResult {
        images = List.copyOf(images);
    }
}
