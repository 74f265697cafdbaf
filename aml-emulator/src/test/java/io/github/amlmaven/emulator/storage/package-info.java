/** Promises of the storage package, witnessed by clients that we did not write. */
@NullMarked
package io.github.amlmaven.emulator.storage;

import org.jspecify.annotations.NullMarked;
