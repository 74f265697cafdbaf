/** Tests of when schedules make jobs. */
@NullMarked
package io.github.amlmaven.emulator.schedule;

import org.jspecify.annotations.NullMarked;
