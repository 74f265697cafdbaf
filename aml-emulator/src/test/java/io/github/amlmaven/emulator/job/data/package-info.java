@NullMarked
package io.github.amlmaven.emulator.job.data;

import org.jspecify.annotations.NullMarked;
