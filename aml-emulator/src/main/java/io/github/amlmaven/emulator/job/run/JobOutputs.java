package io.github.amlmaven.emulator.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.job.data.BlobFolders;
import io.github.amlmaven.emulator.job.data.BlobLocation;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.JobFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Gives a job's command places to write to, and takes what it wrote to the workspace's storage. */
public final class JobOutputs {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final DataLocations locations;
    private final BlobFolders blobs;
    private final OutputAssets assets;

    public JobOutputs(DataLocations locations, BlobFolders blobs, OutputAssets assets) {
        this.locations = locations;
        this.blobs = blobs;
        this.assets = assets;
    }

    /** Local path of every named output: a folder that exists, or a file whose folder exists. */
    Map<String, String> prepare(Job job, JobFolder folder) throws IOException {
        Map<String, String> paths = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : named(job).entrySet()) {
            Path local = folder.output(entry.getKey());
            Files.createDirectories(file(entry.getValue()) ? local.getParent() : local);
            paths.put(entry.getKey(), local.toString());
        }
        return paths;
    }

    /** Uploads named outputs, and the folders {@code outputs} and {@code logs} of the working directory. */
    void collect(Job job, JobFolder folder) throws IOException {
        for (Map.Entry<String, JsonNode> entry : named(job).entrySet()) {
            BlobLocation target = locations.locate(
                    job.workspace(), entry.getValue().path("uri").asText());
            blobs.upload(folder.output(entry.getKey()), target);
        }
        artifacts(job, folder);
    }

    /** Uploads the folders {@code outputs} and {@code logs} of the working directory. */
    void artifacts(Job job, JobFolder folder) throws IOException {
        BlobLocation artifacts = locations.artifacts(job.workspace(), job.name());
        for (String kept : new String[] {"outputs", "logs"}) {
            blobs.upload(folder.code().resolve(kept), artifacts.resolve(kept));
        }
    }

    /** Registers the outputs that have an asset name. */
    void register(Job job) throws JobFailure {
        for (Map.Entry<String, JsonNode> entry : named(job).entrySet()) {
            if (!entry.getValue().path("assetName").asText().isEmpty()) {
                assets.register(job, entry.getValue());
            }
        }
    }

    /**
     * Numbers in {@code outputs/metrics.json} (an object of name and number), which become the run's metrics. A file that
     * is none of that is the job's own business.
     */
    ObjectNode metrics(JobFolder folder) throws IOException {
        ObjectNode metrics = JSON.createObjectNode();
        Path file = folder.code().resolve("outputs/metrics.json");
        if (Files.isRegularFile(file)) {
            JsonNode content;
            try {
                content = JSON.readTree(file.toFile());
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                return metrics;
            }
            for (Map.Entry<String, JsonNode> entry : content.properties()) {
                if (entry.getValue().isNumber()) {
                    metrics.set(entry.getKey(), entry.getValue());
                }
            }
        }
        return metrics;
    }

    /** The outputs that the author has named, without {@code default}. */
    public static Map<String, JsonNode> named(Job job) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        job.properties().path("outputs").properties().forEach(entry -> {
            if (!entry.getKey().equals("default")) {
                named.put(entry.getKey(), entry.getValue());
            }
        });
        return named;
    }

    private static boolean file(JsonNode output) {
        return output.path("jobOutputType").asText().equals("uri_file");
    }
}
