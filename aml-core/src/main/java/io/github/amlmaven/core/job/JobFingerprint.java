package io.github.amlmaven.core.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.content.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tells whether a job would be the same as the last one: a hash of its request with local content by hash. Kept in the
 * goal's result file.
 */
final class JobFingerprint {

    private static final ObjectMapper SORTED = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private JobFingerprint() {}

    /** The hash of a request that was rendered offline. */
    static String of(ObjectNode body) {
        try {
            Object sorted = SORTED.treeToValue(body, Object.class);
            return Sha256.of(SORTED.writeValueAsString(sorted));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The last run, when it had this fingerprint and all of its outputs are still there. */
    static Optional<JobRunResult> unchanged(Path resultFile, String fingerprint, ObjectNode body) {
        JsonNode last;
        try {
            if (!Files.isRegularFile(resultFile)) {
                return Optional.empty();
            }
            last = SORTED.readTree(Files.readString(resultFile)).path("outputs");
        } catch (IOException unreadable) {
            return Optional.empty();
        }
        if (!fingerprint.equals(last.path("fingerprint").asText())
                || !last.path("jobStatus").asText().equals("Completed")) {
            return Optional.empty();
        }
        Map<String, String> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> output : last.path("outputs").properties()) {
            if (!holdsAFile(Path.of(output.getValue().asText()))) {
                return Optional.empty();
            }
            outputs.put(output.getKey(), output.getValue().asText());
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        last.path("metrics")
                .properties()
                .forEach(
                        metric -> metrics.put(metric.getKey(), metric.getValue().asDouble()));
        return Optional.of(new JobRunResult(
                JobRunResult.Outcome.UNCHANGED,
                last.path("jobName").asText(),
                "Completed",
                fingerprint,
                outputs,
                metrics,
                last.path("studioUrl").asText(),
                body));
    }

    private static boolean holdsAFile(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.anyMatch(Files::isRegularFile);
        } catch (IOException gone) {
            return false;
        }
    }
}
