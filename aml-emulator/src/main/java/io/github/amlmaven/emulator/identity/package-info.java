/**
 * Entra ID's token endpoint and the managed-identity endpoints.
 */
@NullMarked
package io.github.amlmaven.emulator.identity;

import org.jspecify.annotations.NullMarked;
