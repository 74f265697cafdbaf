/**
 * The request that the official client sends for a file of any kind, made without a workspace: one class a family of
 * kinds. Nothing is sent from here, and what a file may hold is the schemas' business.
 */
@NullMarked
package io.github.amlmaven.core.request;

import org.jspecify.annotations.NullMarked;
