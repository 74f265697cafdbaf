/**
 * The emulator's own certificate. Knows no service.
 */
@NullMarked
package io.github.amlmaven.emulator.tls;

import org.jspecify.annotations.NullMarked;
