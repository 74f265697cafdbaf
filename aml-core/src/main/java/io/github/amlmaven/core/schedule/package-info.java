/** Makes jobs by the clock: creates, pauses and deletes schedules. What a schedule's file means is for the package spec. */
@NullMarked
package io.github.amlmaven.core.schedule;

import org.jspecify.annotations.NullMarked;
