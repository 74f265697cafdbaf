/**
 * How one command job runs on this machine: its folder, inputs, variables, processes (one or many, as the distribution says), outputs and logs. Knows
 * nothing of the jobs that consist of others.
 */
@NullMarked
package io.github.amlmaven.emulator.job.run;

import org.jspecify.annotations.NullMarked;
