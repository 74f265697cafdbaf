/**
 * Turns what specs point to into assets of the workspace: uploads of local files, code, environments, components and
 * their ids. Knows no goal.
 */
@NullMarked
package io.github.amlmaven.core.asset;

import org.jspecify.annotations.NullMarked;
