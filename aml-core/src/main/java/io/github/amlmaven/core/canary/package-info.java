/**
 * A release in steps that judges itself: traffic moves to a new version bit by bit while requests of its own, metrics and
 * queries are compared with the version that is live; what is not good goes back. Nothing here knows where the versions run.
 */
@NullMarked
package io.github.amlmaven.core.canary;

import org.jspecify.annotations.NullMarked;
