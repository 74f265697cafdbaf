/** The report of a model. */
@NullMarked
package io.github.amlmaven.core.report;

import org.jspecify.annotations.NullMarked;
