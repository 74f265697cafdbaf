@NullMarked
package io.github.amlmaven.emulator.job.pipeline;

import org.jspecify.annotations.NullMarked;
