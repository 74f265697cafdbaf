/**
 * How use cases report progress without printing.
 */
@NullMarked
package io.github.amlmaven.core.progress;

import org.jspecify.annotations.NullMarked;
