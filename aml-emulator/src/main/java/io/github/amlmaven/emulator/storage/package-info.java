/**
 * Storage accounts: the ARM resource and the Blob data plane.
 */
@NullMarked
package io.github.amlmaven.emulator.storage;

import org.jspecify.annotations.NullMarked;
