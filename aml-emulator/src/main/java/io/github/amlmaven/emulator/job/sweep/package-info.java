/**
 * Sweeps: the search space, which trial comes next and which is ended early. Starts its trials by {@link
 * io.github.amlmaven.emulator.job.state.JobControl}.
 */
@NullMarked
package io.github.amlmaven.emulator.job.sweep;

import org.jspecify.annotations.NullMarked;
