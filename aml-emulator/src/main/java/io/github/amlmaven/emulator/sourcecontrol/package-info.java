/**
 * What Azure DevOps and GitHub know of pull requests: threads, statuses, and which token may write them. Stores what it is
 * told, and answers a token that may not as the real service does.
 */
@NullMarked
package io.github.amlmaven.emulator.sourcecontrol;

import org.jspecify.annotations.NullMarked;
