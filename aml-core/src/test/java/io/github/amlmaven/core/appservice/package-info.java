@NullMarked
package io.github.amlmaven.core.appservice;

import org.jspecify.annotations.NullMarked;
