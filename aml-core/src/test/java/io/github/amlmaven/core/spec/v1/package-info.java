@NullMarked
package io.github.amlmaven.core.spec.v1;

import org.jspecify.annotations.NullMarked;
