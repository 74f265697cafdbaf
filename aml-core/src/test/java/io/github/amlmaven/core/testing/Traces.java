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

    private static final List<JsonNode> CALLS = calls();

    private Traces() {}

    private static List<JsonNode> calls() {
        List<JsonNode> calls = new ArrayList<>();
        try {
            new ObjectMapper()
                    .readTree(Files.readString(ApiCatalog.shared(
                            "specs/Microsoft.MachineLearningServices/traces/azure-ai-ml-1.34.0.json")))
                    .path("calls")
                    .forEach(calls::add);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return List.copyOf(calls);
    }

    /** The names of all scenarios, in the order of the recording. */
    public static List<String> scenarios() {
        return CALLS.stream()
                .map(call -> call.path("scenario").asText())
                .distinct()
                .toList();
    }

    /** The requests of a scenario. */
    public static List<JsonNode> scenario(String name) {
        List<JsonNode> calls = CALLS.stream()
                .filter(call -> call.path("scenario").asText().equals(name))
                .toList();
        if (calls.isEmpty()) {
            throw new IllegalArgumentException("no scenario " + name);
        }
        return calls;
    }

    /** The body of a scenario's PUT to a path of the workspace that begins with a text. */
    public static JsonNode put(String scenario, String path) {
        return scenario(scenario).stream()
                .filter(call -> call.path("method").asText().equals("PUT"))
                .filter(call -> call.path("url").asText().startsWith("{arm}{ws}/" + path))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no PUT " + path + " in " + scenario))
                .path("body");
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
