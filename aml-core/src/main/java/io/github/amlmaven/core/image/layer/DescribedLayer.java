package io.github.amlmaven.core.image.layer;

/**
 * A layer as a manifest and a configuration name it.
 *
 * @param layer its files
 * @param digest {@code sha256:...} of the compressed layer
 * @param diffId {@code sha256:...} of its tar
 * @param size of the compressed layer, in bytes
 */
public record DescribedLayer(FileLayer layer, String digest, String diffId, long size) {}
