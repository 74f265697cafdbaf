/**
 * Checks request bodies against the published specifications, from tables derived of them. Knows no service's behaviour.
 */
@NullMarked
package io.github.amlmaven.emulator.spec;

import org.jspecify.annotations.NullMarked;
