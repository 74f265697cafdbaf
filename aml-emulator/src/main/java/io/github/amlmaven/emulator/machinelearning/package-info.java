/**
 * Microsoft.MachineLearningServices: workspaces, assets, jobs, endpoints, as ARM resources. Running jobs is the job package's part.
 */
@NullMarked
package io.github.amlmaven.emulator.machinelearning;

import org.jspecify.annotations.NullMarked;
