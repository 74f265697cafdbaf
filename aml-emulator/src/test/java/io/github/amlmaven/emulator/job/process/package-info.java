@NullMarked
package io.github.amlmaven.emulator.job.process;

import org.jspecify.annotations.NullMarked;
