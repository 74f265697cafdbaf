@NullMarked
package io.github.amlmaven.core.registry;

import org.jspecify.annotations.NullMarked;
