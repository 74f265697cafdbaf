/**
 * What the user has written: nested elements of the POM, values of its parameters, properties of the command line,
 * servers of settings.xml. Nothing here talks to a service.
 */
@NullMarked
package io.github.amlmaven.plugin.config;

import org.jspecify.annotations.NullMarked;
