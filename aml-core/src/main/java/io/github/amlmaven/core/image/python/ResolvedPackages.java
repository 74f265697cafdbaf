package io.github.amlmaven.core.image.python;

import java.nio.file.Path;

/**
 * Python packages unpacked for an image.
 *
 * @param key what they were resolved from; equal keys mean equal content
 * @param site the folder that goes on the module path
 * @param lock each package's version and hash, in pip's requirements format
 */
public record ResolvedPackages(String key, Path site, String lock) {}
