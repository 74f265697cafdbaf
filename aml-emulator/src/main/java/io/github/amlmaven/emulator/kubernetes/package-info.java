/**
 * Microsoft.ContainerService and a Kubernetes API that runs Deployments.
 */
@NullMarked
package io.github.amlmaven.emulator.kubernetes;

import org.jspecify.annotations.NullMarked;
