/**
 * A loopback service that plays answers and records requests, and the check of each request against the recorded API
 * catalogue.
 */
@NullMarked
package io.github.amlmaven.core.testing;

import org.jspecify.annotations.NullMarked;
