/** Tests of what pull requests are told. */
@NullMarked
package io.github.amlmaven.core.pullrequest;

import org.jspecify.annotations.NullMarked;
