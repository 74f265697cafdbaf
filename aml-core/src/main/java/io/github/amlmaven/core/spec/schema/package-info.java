/**
 * The schemas of az ml v2 YAML as data: types, kinds and how a file's kind is told. The descriptions are the YAML files
 * beside these classes; no class here knows a single kind.
 */
@NullMarked
package io.github.amlmaven.core.spec.schema;

import org.jspecify.annotations.NullMarked;
