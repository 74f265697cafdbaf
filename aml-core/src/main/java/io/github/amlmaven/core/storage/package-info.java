/**
 * Uploads to and downloads from a workspace's blob datastores. Knows no asset kinds.
 */
@NullMarked
package io.github.amlmaven.core.storage;

import org.jspecify.annotations.NullMarked;
