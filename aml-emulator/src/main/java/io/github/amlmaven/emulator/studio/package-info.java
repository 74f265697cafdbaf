/**
 * The studio: static pages for a browser, whose scripts call what every client calls. Must hold no state and answer no
 * data of its own.
 */
@NullMarked
package io.github.amlmaven.emulator.studio;

import org.jspecify.annotations.NullMarked;
