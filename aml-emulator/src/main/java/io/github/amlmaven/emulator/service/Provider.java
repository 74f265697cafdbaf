package io.github.amlmaven.emulator.service;

import io.github.amlmaven.emulator.http.Routes;

/**
 * One emulated service. Providers are listed once, in the emulator; each declares its own routes, so adding a
 * service touches no central switch.
 */
public interface Provider extends AutoCloseable {

    /** Declares what this provider answers. */
    void declare(Routes routes);

    /** Takes up what was running when the emulator was last stopped. Called once, after all routes are declared. */
    default void resume() {}

    /** Ends processes and threads; state stays on disk. */
    @Override
    default void close() {}
}
