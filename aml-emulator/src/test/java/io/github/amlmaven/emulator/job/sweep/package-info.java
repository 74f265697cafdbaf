@NullMarked
package io.github.amlmaven.emulator.job.sweep;

import org.jspecify.annotations.NullMarked;
