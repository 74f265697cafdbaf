/** Tests of drawings. */
@NullMarked
package io.github.amlmaven.core.graph;

import org.jspecify.annotations.NullMarked;
