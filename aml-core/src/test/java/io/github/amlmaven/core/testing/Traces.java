package io.github.amlmaven.core.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** What azure-ai-ml 1.34.0 sent, recorded. */
public final class Traces {

    private Traces() {}

    /** The requests of a scenario. */
    public static List<JsonNode> scenario(String name) {
        List<JsonNode> calls = new ArrayList<>();
        try {
            new ObjectMapper()
                    .readTree(Files.readString(ApiCatalog.shared(
                            "specs/Microsoft.MachineLearningServices/traces/azure-ai-ml-1.34.0.json")))
                    .path("calls")
                    .forEach(call -> {
                        if (call.path("scenario").asText().equals(name)) {
                            calls.add(call);
                        }
                    });
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        if (calls.isEmpty()) {
            throw new IllegalArgumentException("no scenario " + name);
        }
        return calls;
    }

    /** Method and path of each request, without hosts, accounts and queries. */
    public static List<String> sequence(String name) {
        return scenario(name).stream()
                .map(call -> call.path("method").asText() + " "
                        + call.path("url")
                                .asText()
                                .replace("{arm}", "")
                                .replaceFirst("^https://[^/]+", "")
                                .replaceFirst("\\?.*$", "")
                        + (call.path("url").asText().contains("comp=metadata") ? "?comp=metadata" : ""))
                .toList();
    }
}
