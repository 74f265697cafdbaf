/** Unpacking and running images. */
@NullMarked
package io.github.amlmaven.emulator.container;

import org.jspecify.annotations.NullMarked;
