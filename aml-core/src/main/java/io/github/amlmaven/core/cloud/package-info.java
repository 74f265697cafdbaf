/**
 * Which cloud, which workspace, which identity: endpoints, the credential chain and the lazily built service clients.
 * Knows no use case.
 */
@NullMarked
package io.github.amlmaven.core.cloud;

import org.jspecify.annotations.NullMarked;
