package io.github.amlmaven.core.progress;

import java.time.Duration;

/**
 * One step of a pipeline as it stands.
 *
 * @param path what it is known by among all steps of the pipeline: {@code train}, {@code prepare/clean}
 * @param name as the user has named it
 * @param depth 0 for a step of the pipeline itself, 1 for one of a pipeline in it, and so on
 * @param state AML's word: {@code NotStarted}, {@code Running}, {@code Completed} ...
 * @param reused whether an earlier run's outputs were taken and nothing ran
 * @param elapsed since it started, or until it ended; zero when it has not started
 * @param compute where it runs; empty when that is not known
 */
public record StepState(
        String path, String name, int depth, String state, boolean reused, Duration elapsed, String compute) {}
