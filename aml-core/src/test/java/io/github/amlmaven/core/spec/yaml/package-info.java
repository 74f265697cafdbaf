/** Tests of specs: reading, checking, rendering. */
@NullMarked
package io.github.amlmaven.core.spec.yaml;

import org.jspecify.annotations.NullMarked;
