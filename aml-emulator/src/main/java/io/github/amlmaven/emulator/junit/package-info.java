/**
 * JUnit Jupiter extension that gives a test class an emulator. The only package that knows JUnit.
 */
@NullMarked
package io.github.amlmaven.emulator.junit;

import org.jspecify.annotations.NullMarked;
