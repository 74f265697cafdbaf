package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The requests that azure-ai-ml was seen to send, scenario by scenario. */
record Recording(Map<String, List<Recording.Call>> scenarios) {

    static final String SUBSCRIPTION = "11111111-1111-1111-1111-111111111111";

    /** A scenario that reads what another one makes, which was recorded after it. */
    private static final String LATER = "model.create.fromJobOutput";

    private static final String THEN = "job.get";

    /**
     * One request.
     *
     * @param audience of its token, or empty
     * @param status that the scenario needs
     */
    record Call(
            String scenario,
            String method,
            String url,
            Map<String, String> headers,
            String body,
            String audience,
            int status) {

        boolean poll() {
            return url.matches(".*/(mfe|compute|workspace)Operations?(Status|Results)/.*")
                    || url.matches(".*/(importOps|packageOps)/.*")
                    || url.contains("/opres?");
        }

        @Override
        public String toString() {
            return scenario + ": " + method + " " + url;
        }
    }

    static Recording read() throws IOException {
        Path traces = Path.of(
                System.getProperty("aml.shared.dir"),
                "specs/Microsoft.MachineLearningServices/traces/azure-ai-ml-1.34.0.json");
        Map<String, List<Call>> recorded = new LinkedHashMap<>();
        for (JsonNode call : new ObjectMapper().readTree(traces.toFile()).path("calls")) {
            recorded.computeIfAbsent(call.path("scenario").asText(), name -> new ArrayList<>())
                    .add(call(call));
        }
        Map<String, List<Call>> ordered = new LinkedHashMap<>();
        recorded.forEach((name, calls) -> {
            if (!name.equals(LATER)) {
                ordered.put(name, calls);
            }
            if (name.equals(THEN)) {
                ordered.put(LATER, recorded.getOrDefault(LATER, List.of()));
            }
        });
        return new Recording(ordered);
    }

    private static Call call(JsonNode call) {
        Map<String, String> headers = new LinkedHashMap<>();
        call.path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        JsonNode body = call.path("body");
        return new Call(
                call.path("scenario").asText(),
                call.path("method").asText(),
                call.path("url").asText().replace(" ", "%20"),
                headers,
                body.isMissingNode() || body.isNull() ? "" : body.isTextual() ? body.asText() : body.toString(),
                call.path("auth").asText("").replace("Bearer aud=", ""),
                call.path("status").asInt());
    }

    int size() {
        return scenarios.values().stream().mapToInt(List::size).sum();
    }
}
