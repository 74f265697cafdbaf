/** Promises of the HTTP floor. */
@NullMarked
package io.github.amlmaven.emulator.http;

import org.jspecify.annotations.NullMarked;
