/**
 * The emulator as a whole: options, context, and the list of providers.
 */
@NullMarked
package io.github.amlmaven.emulator;

import org.jspecify.annotations.NullMarked;
