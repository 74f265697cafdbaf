@NullMarked
package io.github.amlmaven.core.containerinstance;

import org.jspecify.annotations.NullMarked;
