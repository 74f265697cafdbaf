/** Deployments to endpoints against a played workspace. */
@NullMarked
package io.github.amlmaven.core.endpoint;

import org.jspecify.annotations.NullMarked;
