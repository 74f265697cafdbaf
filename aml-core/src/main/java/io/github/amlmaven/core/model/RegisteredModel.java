package io.github.amlmaven.core.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.content.WholeFile;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model version of the workspace, as it is handed from CI to CD in {@code target/aml/model.json}.
 *
 * @param name the model's name
 * @param version the model's version
 * @param id its ARM id
 * @param digest {@code sha256:} and the content digest in hexadecimal
 * @param gav the Maven coordinates of the build that registered it; empty outside a project
 * @param framework what made it: the model's flavor ({@code sklearn}), or {@code custom}
 * @param type {@code custom_model}, {@code mlflow_model} or {@code triton_model}
 * @param tags all tags of the version
 * @param metrics figures of its evaluation
 */
public record RegisteredModel(
        String name,
        String version,
        String id,
        String digest,
        String gav,
        String framework,
        String type,
        Map<String, String> tags,
        Map<String, Double> metrics) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    public RegisteredModel {
        tags = Map.copyOf(tags);
        metrics = Map.copyOf(metrics);
    }

    /** Reads a {@code model.json}. */
    public static RegisteredModel read(Path file) {
        JsonNode json;
        try {
            json = JSON.readTree(Files.readString(file));
        } catch (IOException failure) {
            throw AmlException.of(ErrorCode.FILE_MISSING, file + " is missing or not a model.json")
                    .cause(failure)
                    .remedy("Run 'mvn aml:register' first; it writes the file.")
                    .build();
        }
        Map<String, String> tags = new LinkedHashMap<>();
        json.path("tags")
                .properties()
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
        Map<String, Double> metrics = new LinkedHashMap<>();
        json.path("metrics")
                .properties()
                .forEach(
                        metric -> metrics.put(metric.getKey(), metric.getValue().asDouble()));
        return new RegisteredModel(
                json.path("name").asText(),
                json.path("version").asText(),
                json.path("id").asText(),
                json.path("digest").asText(),
                json.path("gav").asText(),
                json.path("framework").asText(),
                json.path("type").asText(),
                tags,
                metrics);
    }

    /** Writes a {@code model.json}; readers see the old file or the new one, never a half. */
    public void write(Path file) {
        ObjectNode json = JSON.createObjectNode();
        json.put("name", name)
                .put("version", version)
                .put("id", id)
                .put("digest", digest)
                .put("gav", gav)
                .put("framework", framework)
                .put("type", type);
        ObjectNode tagged = json.putObject("tags");
        new java.util.TreeMap<>(tags).forEach(tagged::put);
        ObjectNode measured = json.putObject("metrics");
        new java.util.TreeMap<>(metrics).forEach(measured::put);
        try {
            WholeFile.write(file, JSON.writeValueAsString(json) + "\n");
        } catch (IOException failure) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "Cannot write " + file + ": " + failure.getMessage())
                    .cause(failure)
                    .build();
        }
    }
}
