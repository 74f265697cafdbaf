/**
 * Publishes pipelines as pipeline component, batch endpoint and deployment, and invokes them.
 */
@NullMarked
package io.github.amlmaven.core.pipeline;

import org.jspecify.annotations.NullMarked;
