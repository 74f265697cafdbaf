/** The studio in a real browser. */
@NullMarked
package io.github.amlmaven.emulator.studio;

import org.jspecify.annotations.NullMarked;
