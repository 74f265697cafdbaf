/**
 * The job engine: environments as virtual environments, steps as processes, logs and outputs.
 */
@NullMarked
package io.github.amlmaven.emulator.job;

import org.jspecify.annotations.NullMarked;
