/**
 * Batch endpoints as something that makes jobs: scoring in mini-batches, pipelines behind an endpoint, and the routes of both APIs.
 */
@NullMarked
package io.github.amlmaven.emulator.job.batch;

import org.jspecify.annotations.NullMarked;
