/**
 * Microsoft.Authorization: which principal has which role where. Knows no other service; who must ask before it lets an
 * identity in does so by {@link io.github.amlmaven.emulator.authorization.RoleAssignments}.
 */
@NullMarked
package io.github.amlmaven.emulator.authorization;

import org.jspecify.annotations.NullMarked;
