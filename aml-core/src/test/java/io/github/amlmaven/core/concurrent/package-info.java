/** Tests of work on several threads. */
@NullMarked
package io.github.amlmaven.core.concurrent;

import org.jspecify.annotations.NullMarked;
