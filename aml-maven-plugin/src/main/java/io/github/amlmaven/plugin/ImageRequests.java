package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.image.ImageFormat;
import io.github.amlmaven.core.image.ImagePlatform;
import io.github.amlmaven.core.image.ImageTarget;
import io.github.amlmaven.core.image.ScoringImageRequest;
import io.github.amlmaven.core.image.ScoringImageResult;
import io.github.amlmaven.core.image.layer.LayerCompression;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.plugin.config.ImageConfiguration;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.project.MavenProject;

/**
 * The request for a scoring image, from {@code <image>} and the project's layout.
 *
 * @param image what the user configured
 * @param model the model inside
 * @param project gives repository and tag their defaults
 * @param directory the project's folder
 * @param place folders of this machine
 * @param lock the lock file, whether it exists or not
 * @param python the user's interpreter
 */
record ImageRequests(
        ImageConfiguration image,
        PackagedModel model,
        MavenProject project,
        Path directory,
        ScoringImageRequest.Place place,
        Path lock,
        Optional<Path> python) {

    /** Repository and tag. */
    String name() {
        return repository() + ":" + tag();
    }

    ScoringImageRequest request(Optional<RegistryAccess> access) {
        return new ScoringImageRequest(
                new ScoringImageRequest.Model(model.path(), model.name(), model.version()),
                new ScoringImageRequest.Code(
                        absolute(image.code()).orElse(directory.resolve("src/main/python")),
                        image.scoringScript().orElse("score.py")),
                new ScoringImageRequest.Python(dependencies(), lock, python, image.entraTokens()),
                new ScoringImageRequest.Settings(
                        image.base(),
                        ImagePlatform.of(image.platform()),
                        format(),
                        modelLayers(),
                        image.user().orElse(ScoringImageRequest.Settings.NON_ROOT),
                        image.environment(),
                        image.labels(),
                        image.functionApp()),
                target(),
                access,
                place);
    }

    /** Whether the image's server can check Entra ID tokens. */
    boolean entraTokens() {
        return image.entraTokens();
    }

    /** Whether an Azure Functions host can serve the image. */
    boolean functionApp() {
        return image.functionApp();
    }

    /** What a goal publishes about an image. */
    static Map<String, Object> outputs(ScoringImageResult result) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("image", result.reference());
        outputs.put("digest", result.digest());
        result.file().ifPresent(file -> outputs.put("imageFile", file.toString()));
        outputs.put("base", result.base());
        outputs.put("pythonVersion", result.pythonVersion());
        outputs.put("hostOnly", result.hostOnly());
        outputs.put("fingerprint", result.fingerprint());
        outputs.put("lock", result.lock().toString());
        return outputs;
    }

    private ImageTarget target() {
        return switch (image.output()) {
            case REGISTRY -> new ImageTarget.InRegistry(repository(), tag());
            case OCI_LAYOUT ->
                new ImageTarget.OciLayout(
                        absolute(image.file()).orElse(place.work().resolve("image")), name());
            case TAR ->
                new ImageTarget.Tar(absolute(image.file()).orElse(place.work().resolve("image.tar")), name());
        };
    }

    private String repository() {
        return image.repository().orElseGet(() -> project.getArtifactId().toLowerCase(Locale.ROOT));
    }

    private String tag() {
        return image.tag().orElseGet(() -> project.getVersion().replace('+', '_'));
    }

    private ImageFormat format() {
        return switch (image.format()) {
            case "docker" -> ImageFormat.DOCKER;
            case "oci" -> ImageFormat.OCI;
            default ->
                throw AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID, "'" + image.format() + "' is not an image format")
                        .remedy("Set <format> (-Daml.image.format) to docker or oci.")
                        .build();
        };
    }

    private LayerCompression modelLayers() {
        return switch (image.modelLayerCompression()) {
            case "stored" -> LayerCompression.STORED;
            case "zstd" -> LayerCompression.ZSTD;
            case "none" -> LayerCompression.NONE;
            default ->
                throw AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                "'" + image.modelLayerCompression() + "' is no compression of model layers")
                        .remedy(
                                "Set <modelLayerCompression> (-Daml.image.modelLayerCompression) to stored, zstd or none.")
                        .build();
        };
    }

    private Optional<Path> dependencies() {
        Optional<Path> configured = absolute(image.dependencies());
        if (configured.isPresent()) {
            return configured;
        }
        return List.of("src/main/aml/environment.yml", "src/main/aml/conda.yml", "src/main/python/requirements.txt")
                .stream()
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** A property's relative path is meant from the project, whatever Maven's current folder is. */
    private Optional<Path> absolute(Optional<File> file) {
        return file.map(path -> directory.resolve(path.toPath()).normalize());
    }
}
