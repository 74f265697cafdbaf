/** Promises of the arm package, witnessed by clients that we did not write. */
@NullMarked
package io.github.amlmaven.emulator.arm;

import org.jspecify.annotations.NullMarked;
