/**
 * AML's data plane beside ARM: discovery, run history, batch job lists.
 */
@NullMarked
package io.github.amlmaven.emulator.runhistory;

import org.jspecify.annotations.NullMarked;
