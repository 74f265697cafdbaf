@NullMarked
package io.github.amlmaven.emulator.job.environment;

import org.jspecify.annotations.NullMarked;
