package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

/** The requests recorded from the official client. */
final class Traces {

    private final JsonNode calls;

    Traces() throws IOException {
        calls = new ObjectMapper()
                .readTree(Path.of(System.getProperty("aml.shared.dir"))
                        .resolve("specs/Microsoft.MachineLearningServices/traces/azure-ai-ml-1.34.0.json")
                        .toFile())
                .get("calls");
    }

    /** The body of a scenario's PUT to a path that contains a text. */
    JsonNode put(String scenario, String path) {
        return StreamSupport.stream(calls.spliterator(), false)
                .filter(call -> call.get("scenario").asText().equals(scenario))
                .filter(call -> call.get("method").asText().equals("PUT"))
                .filter(call -> call.get("url").asText().startsWith("{arm}{ws}/" + path))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no PUT " + path + " in " + scenario))
                .get("body");
    }
}
