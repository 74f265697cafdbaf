/**
 * Deploys a scoring image to Azure App Service, as a Web App for containers or as a Function App, in production or in a slot
 * that is swapped in.
 */
@NullMarked
package io.github.amlmaven.core.appservice;

import org.jspecify.annotations.NullMarked;
