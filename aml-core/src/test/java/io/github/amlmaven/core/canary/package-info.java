/** Canaries against a played target and played models. */
@NullMarked
package io.github.amlmaven.core.canary;

import org.jspecify.annotations.NullMarked;
