/**
 * How requests are split among the versions of a model, wherever they run, and the journal by which a split is taken back.
 * Nothing here knows what a version is made of or how a place to deploy to writes its traffic down.
 */
@NullMarked
package io.github.amlmaven.core.traffic;

import org.jspecify.annotations.NullMarked;
