/**
 * YAML as it stands in a file: nodes that know their place, and what Python makes of a scalar. What a file means is not
 * known here.
 */
@NullMarked
package io.github.amlmaven.core.spec.yaml;

import org.jspecify.annotations.NullMarked;
