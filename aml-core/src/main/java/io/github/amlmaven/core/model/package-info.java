/**
 * Registers models, one version for one content. Knows no images and no deployments.
 */
@NullMarked
package io.github.amlmaven.core.model;

import org.jspecify.annotations.NullMarked;
