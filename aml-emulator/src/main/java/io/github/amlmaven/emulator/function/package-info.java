/**
 * The Azure Functions host, for custom handlers: reads {@code host.json} and {@code function.json} files out of an image,
 * routes requests with their keys, listens to queues and containers, and carries out bindings. What runs the handler's
 * container is App Service's business.
 */
@NullMarked
package io.github.amlmaven.emulator.function;

import org.jspecify.annotations.NullMarked;
