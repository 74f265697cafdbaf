/**
 * AML's data collector: what deployments receive and answer, and what their scoring scripts collect with
 * azureml-ai-monitoring, as CloudEvents in lines of JSON in the workspace's storage (how-to-collect-production-data).
 */
@NullMarked
package io.github.amlmaven.emulator.collector;

import org.jspecify.annotations.NullMarked;
