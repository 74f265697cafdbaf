/**
 * What an emulated service is and what it is given: the provider, the context, the options of the start. Knows no
 * single service.
 */
@NullMarked
package io.github.amlmaven.emulator.service;

import org.jspecify.annotations.NullMarked;
