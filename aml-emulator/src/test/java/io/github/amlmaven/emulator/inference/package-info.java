/** Online deployments, served for real. */
@NullMarked
package io.github.amlmaven.emulator.inference;

import org.jspecify.annotations.NullMarked;
