package io.github.amlmaven.emulator.container;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The run-time half of an OCI image configuration.
 *
 * @param user as written in the image: {@code 65532}, {@code nonroot}, {@code 1000:1000}; empty for root
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">image-spec, config</a>
 */
public record ImageConfig(
        Map<String, String> environment,
        List<String> entrypoint,
        List<String> command,
        String workingDirectory,
        String user) {

    static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public ImageConfig {
        environment = Map.copyOf(environment);
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
    }

    static ImageConfig of(JsonNode imageConfiguration) {
        JsonNode config = imageConfiguration.path("config");
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", DEFAULT_PATH);
        for (JsonNode line : config.path("Env")) {
            String text = line.asText();
            int equals = text.indexOf('=');
            if (equals > 0) {
                environment.put(text.substring(0, equals), text.substring(equals + 1));
            }
        }
        String directory = config.path("WorkingDir").asText("");
        return new ImageConfig(
                environment,
                strings(config.path("Entrypoint")),
                strings(config.path("Cmd")),
                directory.isEmpty() ? "/" : directory,
                config.path("User").asText(""));
    }

    /** The words to execute: an override replaces entrypoint and command, as ACI's {@code command} does. */
    List<String> words(List<String> override) {
        if (!override.isEmpty()) {
            return override;
        }
        List<String> words = new ArrayList<>(entrypoint);
        words.addAll(command);
        return words;
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(node -> strings.add(node.asText()));
        return strings;
    }
}
