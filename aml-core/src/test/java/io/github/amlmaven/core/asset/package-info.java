/** Deployments to endpoints against a played workspace. */
@NullMarked
package io.github.amlmaven.core.asset;

import org.jspecify.annotations.NullMarked;
