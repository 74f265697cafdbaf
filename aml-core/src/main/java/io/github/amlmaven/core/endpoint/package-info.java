/**
 * Endpoints of the workspace and what is deployed behind them: managed online deployments with their traffic, keys and logs,
 * and batch deployments. Nothing here knows how an image is built or where else a model can be deployed to.
 */
@NullMarked
package io.github.amlmaven.core.endpoint;

import org.jspecify.annotations.NullMarked;
