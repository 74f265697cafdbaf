/** Promises of the emulator as a whole. */
@NullMarked
package io.github.amlmaven.emulator;

import org.jspecify.annotations.NullMarked;
