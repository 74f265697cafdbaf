/**
 * The jobs that there are and how they stand: the stored document, its state and who may change it, what was measured. Must not start anything.
 */
@NullMarked
package io.github.amlmaven.emulator.job.state;

import org.jspecify.annotations.NullMarked;
