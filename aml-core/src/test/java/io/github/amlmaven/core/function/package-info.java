/** Tests of what a Function App looks like. */
@NullMarked
package io.github.amlmaven.core.function;

import org.jspecify.annotations.NullMarked;
