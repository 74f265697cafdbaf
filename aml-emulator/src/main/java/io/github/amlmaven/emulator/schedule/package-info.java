/** Schedules: their resource and the clock that makes jobs of them. Knows jobs only as something to submit. */
@NullMarked
package io.github.amlmaven.emulator.schedule;

import org.jspecify.annotations.NullMarked;
