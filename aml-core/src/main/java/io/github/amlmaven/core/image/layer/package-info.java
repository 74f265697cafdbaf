/**
 * Layers that are too large for one core and a cache: made, hashed and sent as streams, never held in memory or copied
 * to disk. Knows files, digests and one registry; does not know what an image is made of.
 */
@NullMarked
package io.github.amlmaven.core.image.layer;

import org.jspecify.annotations.NullMarked;
