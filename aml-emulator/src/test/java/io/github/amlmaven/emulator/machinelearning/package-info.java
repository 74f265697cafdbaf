/** Promises of Microsoft.MachineLearningServices, witnessed by recorded requests and by clients that we did not write. */
@NullMarked
package io.github.amlmaven.emulator.machinelearning;

import org.jspecify.annotations.NullMarked;
