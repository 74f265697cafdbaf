/**
 * Tells how the processes of a distributed job will find each other, before anything is sent. Must not talk to a service.
 */
@NullMarked
package io.github.amlmaven.core.ranks;

import org.jspecify.annotations.NullMarked;
