package io.github.amlmaven.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.ModelSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The model that is packaged.
 *
 * @param path file or folder on this machine
 * @param name as registered
 * @param version as registered; {@code 1} for a model that has not been registered yet
 */
record PackagedModel(Path path, String name, String version) {

    /** Works out the model from its file, what a registration in this build left, and the user's choice of a path. */
    static PackagedModel of(
            SpecReader reader,
            Path modelFile,
            Optional<Path> chosen,
            Path projectDirectory,
            Path outputDirectory,
            String artifactId) {
        Optional<ModelSpec> spec = Files.exists(modelFile)
                ? Optional.of(new SpecLoader(reader, projectDirectory).model(modelFile))
                : Optional.empty();
        Path path = chosen.or(() -> spec.map(PackagedModel::local))
                .orElseThrow(() -> AmlException.of(ErrorCode.FILE_MISSING, "There is no model file " + modelFile)
                        .remedy("Create it, or set -Daml.model.path to the model's file or folder.")
                        .build());
        JsonNode registered = registered(outputDirectory.resolve("model.json"));
        String name = registered
                .path("name")
                .asText(spec.map(ModelSpec::name).filter(Objects::nonNull).orElse(artifactId));
        String version = registered
                .path("version")
                .asText(spec.map(ModelSpec::version).filter(Objects::nonNull).orElse("1"));
        return new PackagedModel(path, name, version);
    }

    private static Path local(ModelSpec spec) {
        if (spec.path() instanceof AssetReference.Local file) {
            return file.path();
        }
        throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "The model " + spec.path() + " is not on this machine")
                .remedy("Download it first (mvn aml:run does), and set -Daml.model.path to its file or folder.")
                .build();
    }

    private static JsonNode registered(Path file) {
        ObjectMapper json = new ObjectMapper();
        try {
            return Files.isRegularFile(file) ? json.readTree(file.toFile()) : json.createObjectNode();
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, file + " is not a model.json")
                    .cause(e)
                    .remedy("Run 'mvn clean', or 'mvn aml:register' to write it again.")
                    .build();
        }
    }
}
