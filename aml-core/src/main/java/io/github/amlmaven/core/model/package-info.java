/**
 * Registers models and knows their content digest. Knows no images and no deployments.
 */
@NullMarked
package io.github.amlmaven.core.model;

import org.jspecify.annotations.NullMarked;
