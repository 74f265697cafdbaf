/**
 * Who may use the data planes of a workspace, and which workspace a path names.
 */
@NullMarked
package io.github.amlmaven.emulator.job.access;

import org.jspecify.annotations.NullMarked;
