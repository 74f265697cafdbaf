package io.github.amlmaven.core.conversion;

import io.github.amlmaven.core.spec.v1.ServiceNames;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.core.testing.ProgressLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A project of the first API in a temporary folder, and what it is converted to. */
final class V1Project {

    final Path folder;
    final ProgressLog progress = new ProgressLog();

    V1Project(Path folder) {
        this.folder = folder;
    }

    V1Project with(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    /** A script for each name, in {@code src/main/python}. */
    V1Project withScripts(String... names) throws IOException {
        for (String name : names) {
            with("src/main/python/" + name, "print('hello')\n");
        }
        return this;
    }

    /** A run configuration that needs nothing. */
    V1Project withRunConfiguration(String... lines) throws IOException {
        return with(
                "v1/step.runconfig",
                String.join("\n", lines) + "\nenvironment:\n  docker:\n    baseImage: python:3.11-slim\n");
    }

    ConversionRequest request(boolean overwrite, boolean dryRun) {
        return new ConversionRequest(
                List.of(),
                folder,
                folder,
                folder.resolve("src/main/aml"),
                new ServiceNames("diabetes", "azureml:diabetes@latest", "k8s"),
                "io.github.amlmaven:aml-maven-plugin",
                overwrite,
                dryRun);
    }

    ConversionResult convert() {
        return convert(request(false, false));
    }

    ConversionResult convert(ConversionRequest request) {
        return new V1Conversion(new SpecReader(), progress).convert(request);
    }

    /** A converted file's text. */
    String text(String name) throws IOException {
        return Files.readString(folder.resolve("src/main/aml").resolve(name));
    }
}
