/** Promises of the identity package, witnessed by clients that we did not write. */
@NullMarked
package io.github.amlmaven.emulator.identity;

import org.jspecify.annotations.NullMarked;
