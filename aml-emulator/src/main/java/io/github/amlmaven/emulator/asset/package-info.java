/**
 * Versioned assets of a workspace as they are kept, whoever registers them: a request or a job. Knows no routes.
 */
@NullMarked
package io.github.amlmaven.emulator.asset;

import org.jspecify.annotations.NullMarked;
