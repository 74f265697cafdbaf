/**
 * What would change, field by field, and whether a saved plan still fits. Compares documents and keeps the key that plans are
 * sealed with; knows no service and sends nothing.
 */
@NullMarked
package io.github.amlmaven.core.plan;

import org.jspecify.annotations.NullMarked;
