/**
 * Online deployments as running servers, and the front end before them: authentication, traffic, mirroring, limits. Knows
 * how a deployment is served, not how its resource is managed.
 */
@NullMarked
package io.github.amlmaven.emulator.inference;

import org.jspecify.annotations.NullMarked;
