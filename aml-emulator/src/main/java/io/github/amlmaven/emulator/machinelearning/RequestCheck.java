package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.http.Exchange;
import java.io.IOException;

/** Reads a request body and refuses what the specification does not allow. */
@FunctionalInterface
interface RequestCheck {

    /**
     * The body, without what only the service may set.
     *
     * @param model the specification's name for the body
     * @throws io.github.amlmaven.emulator.http.HttpError 400 when it does not conform
     */
    JsonNode body(Exchange exchange, String model) throws IOException;
}
