/** The requests of whole tasks, beside those that the official client was recorded to send for the same. */
@NullMarked
package io.github.amlmaven.core.recorded;

import org.jspecify.annotations.NullMarked;
