/** Tests of the schema descriptions. */
@NullMarked
package io.github.amlmaven.core.spec.schema;

import org.jspecify.annotations.NullMarked;
