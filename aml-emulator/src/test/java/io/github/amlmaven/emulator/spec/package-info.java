/** Promises of the body checks. */
@NullMarked
package io.github.amlmaven.emulator.spec;

import org.jspecify.annotations.NullMarked;
