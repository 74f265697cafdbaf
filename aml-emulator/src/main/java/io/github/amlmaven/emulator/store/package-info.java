/**
 * Durable JSON documents. Knows no service.
 */
@NullMarked
package io.github.amlmaven.emulator.store;

import org.jspecify.annotations.NullMarked;
