/**
 * Submits jobs, follows their logs, downloads their outputs.
 */
@NullMarked
package io.github.amlmaven.core.job;

import org.jspecify.annotations.NullMarked;
