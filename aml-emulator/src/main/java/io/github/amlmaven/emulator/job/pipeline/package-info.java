/**
 * Pipelines: the graph of steps, what a step is given, which comes next, and whether an unchanged one is done again. Starts its steps by
 * {@link io.github.amlmaven.emulator.job.state.JobControl}.
 */
@NullMarked
package io.github.amlmaven.emulator.job.pipeline;

import org.jspecify.annotations.NullMarked;
