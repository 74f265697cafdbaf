package io.github.amlmaven.core.image.layer;

import java.nio.file.Path;

/**
 * A file of a layer.
 *
 * @param file where it is on this machine
 * @param target its absolute path in the image
 * @param size in bytes
 * @param executable whether its mode is 755 instead of 644
 */
public record LayerFile(Path file, String target, long size, boolean executable) {}
