/** Plans: what would change, and whether that still holds. */
@NullMarked
package io.github.amlmaven.core.plan;

import org.jspecify.annotations.NullMarked;
