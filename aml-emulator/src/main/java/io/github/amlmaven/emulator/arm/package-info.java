/**
 * The envelope that all Azure Resource Manager providers share: ids, errors, paging, long-running operations.
 */
@NullMarked
package io.github.amlmaven.emulator.arm;

import org.jspecify.annotations.NullMarked;
