/**
 * Builds the scoring image with Jib: base, Python dependencies, model, code. Knows no deployment target.
 */
@NullMarked
package io.github.amlmaven.core.image;

import org.jspecify.annotations.NullMarked;
