/** Container groups, driven by azure-resourcemanager-containerinstance. */
@NullMarked
package io.github.amlmaven.emulator.containerinstance;

import org.jspecify.annotations.NullMarked;
