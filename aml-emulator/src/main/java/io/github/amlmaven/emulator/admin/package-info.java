/**
 * The emulator's own interface under /_emulator: health, request log, state, clock, fault rules.
 */
@NullMarked
package io.github.amlmaven.emulator.admin;

import org.jspecify.annotations.NullMarked;
