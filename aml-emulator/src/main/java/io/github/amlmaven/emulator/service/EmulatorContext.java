package io.github.amlmaven.emulator.service;

import io.github.amlmaven.emulator.store.DocumentStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ExecutorService;

/**
 * What every provider is given.
 *
 * @param store JSON documents, durable
 * @param files folder for blobs, layers and job directories; a provider uses the sub-folder of its own name
 * @param clock the emulator's clock, which tests may move
 * @param executor daemon threads for background work
 * @param endpoints where the emulator listens
 * @param options how it was started
 * @param outbound what may be asked beyond this machine
 */
public record EmulatorContext(
        DocumentStore store,
        Path files,
        Clock clock,
        ExecutorService executor,
        Endpoints endpoints,
        EmulatorOptions options,
        Outbound outbound) {

    /**
     * Where the emulator listens, both on loopback.
     *
     * @param https ARM, Entra ID, AML data planes, registry, blob, Kubernetes: {@code https://localhost:port}
     * @param http managed identity, SAS blob, scoring, admin: {@code http://localhost:port}
     */
    public record Endpoints(URI https, URI http) {
        /** {@code localhost:port}, as a registry host or a storage suffix. */
        public String authority() {
            return https.getAuthority();
        }
    }
}
