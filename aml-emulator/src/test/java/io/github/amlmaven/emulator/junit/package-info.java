/** Promises of the JUnit Jupiter extension. */
@NullMarked
package io.github.amlmaven.emulator.junit;

import org.jspecify.annotations.NullMarked;
