package io.github.amlmaven.core.image;

import io.github.amlmaven.core.image.layer.LayerCompression;
import io.github.amlmaven.core.registry.RegistryAccess;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a scoring image is made of and where it goes.
 *
 * @param model the model
 * @param code the scoring code
 * @param python the Python packages
 * @param settings base and configuration
 * @param target where the image goes
 * @param registry the registry to push to; in a local run also the pull-through cache for base images
 * @param place folders of this machine
 */
public record ScoringImageRequest(
        Model model,
        Code code,
        Python python,
        Settings settings,
        ImageTarget target,
        Optional<RegistryAccess> registry,
        Place place) {

    /** The same for a registry. */
    public ScoringImageRequest with(Optional<RegistryAccess> access) {
        return new ScoringImageRequest(model, code, python, settings, target, access, place);
    }

    /** The image's name: how it is pulled from its registry, as far as that is known. */
    String reference() {
        return target instanceof ImageTarget.InRegistry
                ? registry.map(access -> access.loginServer() + "/" + target.reference())
                        .orElseGet(target::reference)
                : target.reference();
    }

    /**
     * The model. It lies in the image where AML puts it:
     * {@code /var/azureml-app/azureml-models/<name>/<version>/<file or folder>}.
     *
     * @param path file or folder
     * @param name the registered name
     * @param version the registered version
     */
    public record Model(Path path, String name, String version) {}

    /**
     * The scoring code.
     *
     * @param directory becomes {@code /var/azureml-app}
     * @param script below it, defines {@code init()} and {@code run(data)}
     */
    public record Code(Path directory, String script) {}

    /**
     * The Python packages.
     *
     * @param dependencies AML environment, conda file or requirements.txt; none for the server alone
     * @param lock honoured when the file exists: versions and hashes of everything
     * @param interpreter the Python to resolve with; found on the path otherwise
     * @param entraTokens whether the server must be able to check Entra ID tokens
     */
    public record Python(Optional<Path> dependencies, Path lock, Optional<Path> interpreter, boolean entraTokens) {

        /** With what checks keys only. */
        public Python(Optional<Path> dependencies, Path lock, Optional<Path> interpreter) {
            this(dependencies, lock, interpreter, false);
        }
    }

    /**
     * Base and configuration.
     *
     * @param base an image reference, {@code host} for this machine's own Python, or empty for Docker's official
     *     {@code python:<version>-slim}, in a Function App {@code mcr.microsoft.com/azure-functions/python}
     * @param platform of the image
     * @param format of the manifest; always OCI when the model's layers are not stored gzip, which Docker's has no
     *     media types for
     * @param modelLayers how the model's layers are compressed
     * @param user {@code uid[:gid]} that the server runs as
     * @param environment additional variables
     * @param labels additional labels
     * @param functionApp whether it is laid out for Azure Functions: on a base with the Functions host, whose custom handler
     *     the scoring server is
     */
    public record Settings(
            Optional<String> base,
            ImagePlatform platform,
            ImageFormat format,
            LayerCompression modelLayers,
            String user,
            Map<String, String> environment,
            Map<String, String> labels,
            boolean functionApp) {

        /** The user of images that say nothing: any but root; 65532 is "nonroot" by custom. */
        public static final String NON_ROOT = "65532:65532";

        public Settings {
            format = modelLayers == LayerCompression.STORED ? format : ImageFormat.OCI;
            environment = Map.copyOf(environment);
            labels = Map.copyOf(labels);
        }
    }

    /**
     * Folders of this machine.
     *
     * @param project what model and code must lie in; empty allows any place
     * @param work {@code target/aml}: the lock that was used, state between builds
     * @param cache shared by all projects of a user: wheels, layers
     * @param toolVersion this product's version
     * @param offline whether nothing beyond this machine may be asked: packages then come from the cache, and the base from a
     *     registry on loopback
     * @param verifyModel whether every file of the model is read although none seems changed
     */
    public record Place(
            Optional<Path> project, Path work, Path cache, String toolVersion, boolean offline, boolean verifyModel) {}
}
