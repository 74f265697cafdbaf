@NullMarked
package io.github.amlmaven.core.conversion;

import org.jspecify.annotations.NullMarked;
