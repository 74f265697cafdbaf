/**
 * Deploys a scoring image to a Kubernetes cluster, AKS or any other.
 */
@NullMarked
package io.github.amlmaven.core.kubernetes;

import org.jspecify.annotations.NullMarked;
