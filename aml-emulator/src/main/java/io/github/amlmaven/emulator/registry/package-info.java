/**
 * Container registries: the ARM resource, the OCI distribution API, ACR's token exchange, import and pull-through.
 */
@NullMarked
package io.github.amlmaven.emulator.registry;

import org.jspecify.annotations.NullMarked;
