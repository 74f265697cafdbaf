package io.github.amlmaven.emulator.job.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Variables that the compute gives to every job, as an administrator of a Kubernetes compute can: {@code
 * compute-variables.json} in the emulator's home, a mapping of texts, read anew for each job. They are in no job's
 * definition.
 */
public final class ComputeVariables {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    public ComputeVariables(Path home) {
        this.file = home.resolve("compute-variables.json");
    }

    Map<String, String> all() {
        Map<String, String> variables = new TreeMap<>();
        if (!Files.isRegularFile(file)) {
            return variables;
        }
        try {
            JSON.readTree(file.toFile())
                    .properties()
                    .forEach(entry ->
                            variables.put(entry.getKey(), entry.getValue().asText()));
            return variables;
        } catch (IOException e) {
            throw new UncheckedIOException("compute-variables.json is not readable JSON", e);
        }
    }
}
