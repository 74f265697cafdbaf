/**
 * Files of the first API (azureml-core, {@code azure-cli-ml}) as what they are in the second: pipelines, run, inference and
 * deployment configurations, schedules. Reads and converts; neither writes files nor talks to a service.
 */
@NullMarked
package io.github.amlmaven.core.spec.v1;

import org.jspecify.annotations.NullMarked;
