/** What is done when the build is stopped, by Ctrl-C or by the CI system. Nothing here knows a goal. */
@NullMarked
package io.github.amlmaven.plugin.stop;

import org.jspecify.annotations.NullMarked;
