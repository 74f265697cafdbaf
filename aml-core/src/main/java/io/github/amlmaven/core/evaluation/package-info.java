/**
 * Decides from metrics and rules whether a model is to replace the one before it. Must not change anything in the
 * workspace: what follows from the decision is for other goals.
 */
@NullMarked
package io.github.amlmaven.core.evaluation;

import org.jspecify.annotations.NullMarked;
