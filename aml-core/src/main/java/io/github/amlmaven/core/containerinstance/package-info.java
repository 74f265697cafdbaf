/**
 * Deploys a scoring image to Azure Container Instances.
 */
@NullMarked
package io.github.amlmaven.core.containerinstance;

import org.jspecify.annotations.NullMarked;
