@NullMarked
package io.github.amlmaven.emulator.job.state;

import org.jspecify.annotations.NullMarked;
