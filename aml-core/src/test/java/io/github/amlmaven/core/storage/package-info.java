/** Tests of hashing and upload. */
@NullMarked
package io.github.amlmaven.core.storage;

import org.jspecify.annotations.NullMarked;
