/**
 * What a goal leaves for the next one and for the next CI step: {@code target/aml/<goal>.json}. Nothing here knows a goal.
 */
@NullMarked
package io.github.amlmaven.plugin.record;

import org.jspecify.annotations.NullMarked;
