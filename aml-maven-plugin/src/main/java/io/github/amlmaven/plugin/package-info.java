/**
 * The goals: Maven parameters in, one request to aml-core, one result out. The only package that knows Maven; it holds no
 * logic about Azure.
 */
@NullMarked
package io.github.amlmaven.plugin;

import org.jspecify.annotations.NullMarked;
