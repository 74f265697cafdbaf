package io.github.amlmaven.emulator.job.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.job.data.BlobFolders;
import io.github.amlmaven.emulator.job.data.DataFailure;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.job.state.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Brings a job's code and inputs to its folder. */
public final class JobInputs {

    static final String LITERAL = "literal";

    private final DataLocations locations;
    private final BlobFolders blobs;

    public JobInputs(DataLocations locations, BlobFolders blobs) {
        this.locations = locations;
        this.blobs = blobs;
    }

    /** Copies the job's code, if it has any, to the working directory. */
    void stageCode(Job job, String codeUri, JobFolder folder) throws IOException {
        Files.createDirectories(folder.code());
        if (!codeUri.isEmpty()) {
            blobs.download(locations.locate(job.workspace(), codeUri), folder.code());
        }
    }

    /** Value or local path of every input that is given. */
    Map<String, String> stage(Job job, JobFolder folder) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : job.properties().path("inputs").properties()) {
            JsonNode input = entry.getValue();
            if (input.isObject()) {
                values.put(entry.getKey(), value(job, entry.getKey(), input, folder));
            }
        }
        return values;
    }

    private String value(Job job, String name, JsonNode input, JobFolder folder) throws IOException {
        String type = input.path("jobInputType").asText();
        if (type.equalsIgnoreCase(LITERAL)) {
            return input.path("value").asText();
        }
        String uri = input.path("uri").asText();
        if (input.path("mode").asText().equalsIgnoreCase("Direct")) {
            return uri;
        }
        try {
            Path local = blobs.download(locations.locate(job.workspace(), uri), folder.input(name));
            return (type.equalsIgnoreCase("uri_file") ? file(local, uri) : local).toString();
        } catch (DataFailure e) {
            throw new DataFailure("Input '" + name + "' (" + uri + "): " + e.getMessage());
        }
    }

    /** A file input may name a folder that holds the one file. */
    private static Path file(Path local, String uri) throws IOException {
        if (Files.isRegularFile(local)) {
            return local;
        }
        try (Stream<Path> walk = Files.walk(local)) {
            List<Path> files = walk.filter(Files::isRegularFile).limit(2).toList();
            if (files.size() == 1) {
                return files.get(0);
            }
        }
        throw new DataFailure("'" + uri + "' is a folder with several files, but the input is a uri_file.");
    }
}
