/** Where job inputs and outputs live: AML's URI forms, datastores, and copying between blobs and folders. */
@NullMarked
package io.github.amlmaven.emulator.job.data;

import org.jspecify.annotations.NullMarked;
