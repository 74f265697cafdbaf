/**
 * Microsoft.ContainerInstance: container groups that really run.
 */
@NullMarked
package io.github.amlmaven.emulator.containerinstance;

import org.jspecify.annotations.NullMarked;
