/**
 * The goals: Maven parameters in, one request to aml-core, one result out. With the packages below, which read what the user
 * has written, show progress and leave records, the only code that knows Maven; it holds no logic about Azure.
 */
@NullMarked
package io.github.amlmaven.plugin;

import org.jspecify.annotations.NullMarked;
