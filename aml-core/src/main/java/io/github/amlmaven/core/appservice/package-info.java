/**
 * Deploys a scoring image to Azure App Service (Web App for containers), in production or in a slot that is swapped in.
 */
@NullMarked
package io.github.amlmaven.core.appservice;

import org.jspecify.annotations.NullMarked;
