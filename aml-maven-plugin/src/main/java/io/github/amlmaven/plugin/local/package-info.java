/**
 * The cloud {@code local}: finds the emulator that runs, starts one inside the build or in a process of its own, and ends
 * what was started. Nothing here knows a goal.
 */
@NullMarked
package io.github.amlmaven.plugin.local;

import org.jspecify.annotations.NullMarked;
