/**
 * MLflow's tracking and model registry API of a workspace. Runs are the workspace's jobs, registered models its models: what
 * an MLflow client writes, AML's own clients read.
 */
@NullMarked
package io.github.amlmaven.emulator.mlflow;

import org.jspecify.annotations.NullMarked;
