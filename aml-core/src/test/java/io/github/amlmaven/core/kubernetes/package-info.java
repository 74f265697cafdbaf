@NullMarked
package io.github.amlmaven.core.kubernetes;

import org.jspecify.annotations.NullMarked;
