/** Turns an AML environment (image and conda file) into a Python virtual environment, cached by content. Knows no job. */
@NullMarked
package io.github.amlmaven.emulator.job.environment;

import org.jspecify.annotations.NullMarked;
