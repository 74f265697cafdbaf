/** What Azure Monitor remembers. */
@NullMarked
package io.github.amlmaven.emulator.monitor;

import org.jspecify.annotations.NullMarked;
