@NullMarked
package io.github.amlmaven.emulator.job;

import org.jspecify.annotations.NullMarked;
