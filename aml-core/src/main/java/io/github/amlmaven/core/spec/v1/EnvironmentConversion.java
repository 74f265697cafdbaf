package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An environment of the first API: by name, or as an image with Python packages.
 *
 * <p>Source of the keys: {@code EnvironmentDefinition} of the run configuration's JSON schema, and
 * https://learn.microsoft.com/azure/machine-learning/v1/reference-azure-machine-learning-cli#environment-management
 */
final class EnvironmentConversion {

    /** What takes the place of the first API's own base images, which are no longer kept. */
    static final String DEFAULT_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest";

    private final V1Paths paths;
    private final List<Path> folders;
    private final Notes notes;

    /**
     * A conversion.
     *
     * @param folders where a conda file or Dockerfile may be
     * @param notes for what holds the key {@code environment}
     */
    EnvironmentConversion(V1Paths paths, List<Path> folders, Notes notes) {
        this.paths = paths;
        this.folders = folders;
        this.notes = notes;
    }

    /** A reference as text, or the environment itself with its name where it has one; empty after a problem. */
    Optional<JsonNode> convert(V1Node environment) {
        V1Node docker = environment.child("docker");
        V1Node python = environment.child("python");
        V1Node spark = environment.child("spark");
        if (spark.get("packages") instanceof SpecNode.Sequence packages
                && !packages.items().isEmpty()) {
            notes.leftOut(
                    packages.location(),
                    "an environment has no Spark packages in v2; name them in the job's 'conf' as spark.jars.packages");
        }
        boolean ownPython = python.isTrue("userManagedDependencies");
        boolean conda =
                !ownPython && (!python.child("condaDependencies").isEmpty() || python.has("condaDependenciesFile"));
        if (!docker.has("baseImage") && !docker.has("baseDockerfile") && !conda) {
            return reference(environment);
        }
        ObjectNode inline = JsonNodeFactory.instance.objectNode();
        environment.text("name").map(EnvironmentConversion::assetName).ifPresent(name -> inline.put("name", name));
        if (!base(docker, inline)) {
            return Optional.empty();
        }
        if (conda && !inline.has("build") && !packages(python, inline)) {
            return Optional.empty();
        }
        if (conda && inline.has("build")) {
            notes.leftOut(
                    python.location(),
                    "an environment is built either from a Dockerfile or from an image and conda packages; install the"
                            + " packages in the Dockerfile");
        }
        return Optional.of(inline);
    }

    private Optional<JsonNode> reference(V1Node environment) {
        Optional<String> name = environment.text("name");
        if (name.isEmpty()) {
            notes.problem(
                    ErrorCode.SPEC_MISSING_KEY,
                    environment.location(),
                    "there is no environment; set environment.name, environment.docker.baseImage or"
                            + " environment.python.condaDependenciesFile");
            return Optional.empty();
        }
        if (name.get().startsWith("AzureML-")) {
            notes.comment(
                    "environment",
                    environment.location("name"),
                    "Microsoft has retired most of the AzureML-* environments of v1; take one of the registry instead:"
                            + " azureml://registries/azureml/environments/<name>/labels/latest");
        }
        return Optional.of(TextNode.valueOf("azureml:" + name.get()
                + environment
                        .text("version")
                        .filter(version -> !version.equals("null"))
                        .map(version -> ":" + version)
                        .orElse("@latest")));
    }

    private boolean base(V1Node docker, ObjectNode inline) {
        SpecNode.Scalar dockerfile = docker.scalar("baseDockerfile");
        if (dockerfile != null) {
            return build(dockerfile, inline);
        }
        Optional<String> image = docker.text("baseImage");
        if (image.isEmpty()) {
            inline.put("image", DEFAULT_IMAGE);
            notes.comment(
                    "environment",
                    docker.location(),
                    "v1 took an image of its own, which is no longer kept; any image with conda will do here");
            return true;
        }
        V1Node registry = docker.child("baseImageRegistry");
        String address = registry.text("address").orElse("");
        boolean named = address.isEmpty() || image.get().startsWith(address + "/");
        inline.put("image", named ? image.get() : address + "/" + image.get());
        if (registry.has("username") || registry.has("password")) {
            notes.leftOut(
                    registry.location(),
                    "user and password of a registry are not written down in v2; give the workspace's identity AcrPull,"
                            + " or make a connection of type container_registry");
        }
        return true;
    }

    private boolean build(SpecNode.Scalar dockerfile, ObjectNode inline) {
        boolean text = dockerfile.text().contains("\n") || dockerfile.text().matches("(?is)\\s*(FROM|ARG)\\s.*");
        if (text) {
            notes.problem(
                    ErrorCode.SPEC_UNSUPPORTED,
                    dockerfile.location(),
                    "the text of a Dockerfile has no place in a v2 environment; save it as a file of a folder of its own"
                            + " and name that file here");
            return false;
        }
        Optional<Path> file = paths.find(dockerfile, folders, notes);
        file.ifPresent(found -> {
            Path folder = found.getParent();
            ObjectNode build = inline.putObject("build");
            build.put("path", paths.written(folder == null ? found : folder));
            build.put("dockerfile_path", String.valueOf(found.getFileName()));
            notes.comment(
                    "environment", dockerfile.location(), "v2 sends the whole folder of the Dockerfile to the build");
        });
        return file.isPresent();
    }

    private boolean packages(V1Node python, ObjectNode inline) {
        SpecNode.Scalar file = python.scalar("condaDependenciesFile");
        if (file == null) {
            JsonNode conda = python.value("condaDependencies");
            inline.set("conda_file", conda);
            return true;
        }
        Optional<Path> found = paths.find(file, folders, notes);
        found.ifPresent(path -> inline.put("conda_file", paths.written(path)));
        return found.isPresent() && (Files.exists(found.get()) || !paths.files().mustExist(found.get()));
    }

    /** The interpreter of an image with a Python of its own; {@code python} otherwise. */
    static String interpreter(V1Node environment) {
        V1Node python = environment.child("python");
        return python.isTrue("userManagedDependencies")
                ? python.text("interpreterPath").orElse("python")
                : "python";
    }

    /** Names of v2 assets have letters, digits, dots, hyphens and underscores. */
    private static String assetName(String name) {
        return name.strip().replaceAll("[^A-Za-z0-9._-]", "-");
    }
}
