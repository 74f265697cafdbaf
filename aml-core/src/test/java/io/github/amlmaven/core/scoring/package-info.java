@NullMarked
package io.github.amlmaven.core.scoring;

import org.jspecify.annotations.NullMarked;
