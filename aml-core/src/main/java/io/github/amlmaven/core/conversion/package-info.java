/** Writes the files of the second API for a project of the first. What a file becomes is known in {@code spec.v1}. */
@NullMarked
package io.github.amlmaven.core.conversion;

import org.jspecify.annotations.NullMarked;
