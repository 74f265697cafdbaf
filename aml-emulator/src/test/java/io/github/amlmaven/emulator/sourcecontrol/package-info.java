/** Tests of pull requests and commits. */
@NullMarked
package io.github.amlmaven.emulator.sourcecontrol;

import org.jspecify.annotations.NullMarked;
