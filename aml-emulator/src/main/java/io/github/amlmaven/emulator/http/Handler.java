package io.github.amlmaven.emulator.http;

import java.io.IOException;

/** Answers one request. */
@FunctionalInterface
public interface Handler {

    /**
     * Answers, or throws {@link HttpError} for an error with the service's own status, code and text.
     *
     * @throws IOException when the client has gone
     */
    void handle(Exchange exchange) throws IOException;
}
