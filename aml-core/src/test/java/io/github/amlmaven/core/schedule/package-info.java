/** Tests of schedules. */
@NullMarked
package io.github.amlmaven.core.schedule;

import org.jspecify.annotations.NullMarked;
