/**
 * Reads az ml v2 YAML (and v1 pipeline YAML), finds every mistake with its place, and renders REST bodies. Never talks to a service.
 */
@NullMarked
package io.github.amlmaven.core.spec;

import org.jspecify.annotations.NullMarked;
