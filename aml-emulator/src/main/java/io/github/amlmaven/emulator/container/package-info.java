/**
 * Unpacks images and runs them as containers or processes. Knows no Azure service.
 */
@NullMarked
package io.github.amlmaven.emulator.container;

import org.jspecify.annotations.NullMarked;
