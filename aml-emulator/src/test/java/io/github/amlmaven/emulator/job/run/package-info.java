@NullMarked
package io.github.amlmaven.emulator.job.run;

import org.jspecify.annotations.NullMarked;
