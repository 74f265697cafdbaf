/**
 * The emulator as a whole: the one place that knows all providers. No provider knows it.
 */
@NullMarked
package io.github.amlmaven.emulator;

import org.jspecify.annotations.NullMarked;
