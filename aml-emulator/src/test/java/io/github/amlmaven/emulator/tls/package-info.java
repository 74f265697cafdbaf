/** Promises of the tls package, and what others see of it. */
@NullMarked
package io.github.amlmaven.emulator.tls;

import org.jspecify.annotations.NullMarked;
