/**
 * Finds a Python interpreter, makes virtual environments, runs pytest.
 */
@NullMarked
package io.github.amlmaven.core.python;

import org.jspecify.annotations.NullMarked;
