/**
 * Azure Container Registry: login, digests, import of images.
 */
@NullMarked
package io.github.amlmaven.core.registry;

import org.jspecify.annotations.NullMarked;
