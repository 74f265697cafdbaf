@NullMarked
package io.github.amlmaven.core.pipeline;

import org.jspecify.annotations.NullMarked;
