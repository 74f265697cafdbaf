/**
 * Finds a Python interpreter, makes virtual environments, runs pytest and programs that the jar brings along.
 */
@NullMarked
package io.github.amlmaven.core.python;

import org.jspecify.annotations.NullMarked;
