/**
 * What the user sees while a goal works: Maven's log, lines for waits and transfers, the live steps of a pipeline. Nothing
 * here knows a goal.
 */
@NullMarked
package io.github.amlmaven.plugin.progress;

import org.jspecify.annotations.NullMarked;
