package io.github.amlmaven.emulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.http.Exchange;
import java.io.IOException;
import java.util.concurrent.Callable;

/**
 * ARM long-running operations. The provider says what is to be done; this class keeps the operation's document (durable),
 * answers the polling URLs in ARM's true shape and survives a restart (an operation that was running when the emulator
 * died ends as Failed with code {@code OperationInterrupted}).
 */
public interface Operations {

    /** Which headers the accepting answer carries. */
    enum Style {
        /** 201 with {@code Azure-AsyncOperation}: PUT of most resources. */
        ASYNC_OPERATION,
        /** 202 with {@code Location}: POST actions and most deletes. */
        LOCATION
    }

    /**
     * Starts the work in the background and sets the polling headers on the exchange; the caller sends status and body.
     *
     * @param provider {@code Microsoft.MachineLearningServices} ...
     * @param resource what the operation changes
     * @param work what is done; its value is the final body of a LOCATION operation. An {@link
     *     io.github.amlmaven.emulator.http.HttpError} with ARM's envelope becomes the operation's error
     * @return the URL at which the operation's status is read
     */
    String start(Exchange exchange, Style style, String provider, ResourceId resource, Callable<JsonNode> work)
            throws IOException;
}
