/** Tests of what rules decide. */
@NullMarked
package io.github.amlmaven.core.evaluation;

import org.jspecify.annotations.NullMarked;
