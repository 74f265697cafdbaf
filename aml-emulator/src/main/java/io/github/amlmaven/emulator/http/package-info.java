/**
 * The HTTP floor: two loopback listeners, routing, request log, errors. Knows no service.
 */
@NullMarked
package io.github.amlmaven.emulator.http;

import org.jspecify.annotations.NullMarked;
