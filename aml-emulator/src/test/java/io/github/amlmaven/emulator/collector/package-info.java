/** What deployments collect, and what becomes of it when there is too much or it cannot be written. */
@NullMarked
package io.github.amlmaven.emulator.collector;

import org.jspecify.annotations.NullMarked;
