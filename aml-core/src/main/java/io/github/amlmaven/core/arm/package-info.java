/**
 * Azure Resource Manager over azure-core's pipeline: JSON in, JSON out, long-running operations, coded errors. Knows resources by id only.
 */
@NullMarked
package io.github.amlmaven.core.arm;

import org.jspecify.annotations.NullMarked;
