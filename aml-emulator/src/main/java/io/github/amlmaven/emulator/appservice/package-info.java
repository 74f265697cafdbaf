/**
 * Microsoft.Web: App Service plans, web apps for containers and their slots, which really run. There is no specification of
 * this provider at hand; the typed SDK for Java and the az CLI are its witnesses.
 */
@NullMarked
package io.github.amlmaven.emulator.appservice;

import org.jspecify.annotations.NullMarked;
