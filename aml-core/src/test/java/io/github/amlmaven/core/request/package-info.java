/** Tests of specs: reading, checking, rendering. */
@NullMarked
package io.github.amlmaven.core.request;

import org.jspecify.annotations.NullMarked;
