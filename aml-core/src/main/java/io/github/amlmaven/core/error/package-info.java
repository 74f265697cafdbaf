/**
 * The coded error and the problems found in files. Nothing here knows a service or a file format.
 */
@NullMarked
package io.github.amlmaven.core.error;

import org.jspecify.annotations.NullMarked;
