/**
 * What a Function App that serves a model looks like: its triggers and the files by which the Functions host finds them.
 * Neither images nor App Service are known here.
 */
@NullMarked
package io.github.amlmaven.core.function;

import org.jspecify.annotations.NullMarked;
