/** The Kubernetes API, driven by a client that we did not write. */
@NullMarked
package io.github.amlmaven.emulator.kubernetes;

import org.jspecify.annotations.NullMarked;
