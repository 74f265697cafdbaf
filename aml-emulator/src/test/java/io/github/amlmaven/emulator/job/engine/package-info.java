@NullMarked
package io.github.amlmaven.emulator.job.engine;

import org.jspecify.annotations.NullMarked;
