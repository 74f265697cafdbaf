package io.github.amlmaven.core.image;

import io.github.amlmaven.core.registry.RegistryAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A small project with a model, scoring code and dependencies, as a user would have it. */
final class Project {

    static final String SCORE = """
            import json
            import os


            def init():
                global factor
                folder = os.environ["AZUREML_MODEL_DIR"]
                with open(os.path.join(folder, "model", "factor.json")) as file:
                    factor = json.load(file)["factor"]
                assert "AML_SCORING_PRIMARY_KEY" not in os.environ


            def run(data):
                return {"result": [factor * value for value in json.loads(data)["data"]]}
            """;

    final Path root;
    final Path cache;
    Optional<String> base = Optional.of(BaseImages.HOST);
    Optional<RegistryAccess> registry = Optional.empty();
    ImageTarget target;
    ImageFormat format = ImageFormat.OCI;
    String script = "score.py";
    boolean functionApp;

    Project(Path root, Path cache) throws IOException {
        this.root = root;
        this.cache = cache;
        this.target = new ImageTarget.OciLayout(root.resolve("target/image"), "example/wine:1");
        write("src/main/python/score.py", SCORE);
        write("model/factor.json", "{\"factor\": 3}");
    }

    Path write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    ScoringImageRequest request() {
        Path dependencies = root.resolve("src/main/aml/conda.yml");
        return new ScoringImageRequest(
                new ScoringImageRequest.Model(root.resolve("model"), "wine", "1"),
                new ScoringImageRequest.Code(root.resolve("src/main/python"), script),
                new ScoringImageRequest.Python(
                        Files.exists(dependencies) ? Optional.of(dependencies) : Optional.empty(),
                        root.resolve("src/main/aml/requirements.lock"),
                        Optional.empty()),
                new ScoringImageRequest.Settings(
                        base,
                        ImagePlatform.of(
                                System.getProperty("os.arch").equals("aarch64") ? "linux/arm64" : "linux/amd64"),
                        format,
                        io.github.amlmaven.core.image.layer.LayerCompression.STORED,
                        ScoringImageRequest.Settings.NON_ROOT,
                        Map.of(),
                        Map.of(),
                        functionApp),
                target,
                registry,
                new ScoringImageRequest.Place(
                        Optional.of(root), root.resolve("target/aml"), cache, "test", false, false));
    }
}
