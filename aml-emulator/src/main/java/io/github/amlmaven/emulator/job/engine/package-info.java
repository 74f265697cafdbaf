/**
 * Takes jobs from their submission to their end, so many at once; makes pipelines and sweeps go on.
 */
@NullMarked
package io.github.amlmaven.emulator.job.engine;

import org.jspecify.annotations.NullMarked;
