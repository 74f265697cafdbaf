/** Promises of the registry package, witnessed by clients that we did not write. */
@NullMarked
package io.github.amlmaven.emulator.registry;

import org.jspecify.annotations.NullMarked;
