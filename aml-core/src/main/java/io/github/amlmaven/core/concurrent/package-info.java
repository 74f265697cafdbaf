/** Work on several threads at a time. Knows nothing of what the work is. */
@NullMarked
package io.github.amlmaven.core.concurrent;

import org.jspecify.annotations.NullMarked;
