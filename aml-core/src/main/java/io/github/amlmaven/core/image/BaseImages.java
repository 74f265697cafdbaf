package io.github.amlmaven.core.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.image.layer.RepositoryClient;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.python.PythonInterpreter;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.core.scoring.Loopback;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds the base image. A local run asks its own registry, which fetches the usual base images from where they are
 * ({@code <login server>/cache/<host>/<repository>}); when that is not possible, this machine's own Python takes their
 * place.
 */
final class BaseImages {

    /** What a user sets as base to build on this machine's own Python. */
    static final String HOST = "host";

    private final Optional<RegistryAccess> registry;
    private final ImagePlatform platform;
    private final boolean offline;
    private final boolean functionApp;
    private final StampIndex index;
    private final Function<RepositoryClient.Repository, RepositoryClient> readers;
    private final Progress progress;

    /**
     * @param offline whether only registries of this machine may be asked
     * @param functionApp whether the base must have the Azure Functions host
     * @param index remembers what this machine's own Python consists of
     * @param readers of repositories
     */
    BaseImages(
            Optional<RegistryAccess> registry,
            ImagePlatform platform,
            boolean offline,
            boolean functionApp,
            StampIndex index,
            Function<RepositoryClient.Repository, RepositoryClient> readers,
            Progress progress) {
        this.registry = registry;
        this.platform = platform;
        this.offline = offline;
        this.functionApp = functionApp;
        this.index = index;
        this.readers = readers;
        this.progress = progress;
    }

    /**
     * Resolves the base.
     *
     * @param configured the user's choice
     * @param interpreter of the wanted Python version, where this machine has one
     */
    BaseImage resolve(Optional<String> configured, String pythonVersion, Optional<PythonInterpreter> interpreter) {
        if (configured.filter(HOST::equals).isPresent()) {
            return host(interpreter, pythonVersion, Optional.empty());
        }
        ImageReference wanted = parse(configured.orElseGet(() -> usual(pythonVersion)));
        requireReachable(wanted);
        try {
            return pull(wanted);
        } catch (IOException e) {
            // A base that was asked for is not replaced in silence.
            if (configured.isPresent() || registry.filter(RegistryAccess::local).isEmpty()) {
                throw unavailable(wanted, e);
            }
            progress.debug("base image " + wanted + ": " + e);
            return host(interpreter, pythonVersion, Optional.of(unavailable(wanted, e)));
        }
    }

    private String usual(String pythonVersion) {
        return functionApp
                ? "mcr.microsoft.com/azure-functions/python:4-python" + pythonVersion
                : "python:" + pythonVersion + "-slim";
    }

    private void requireReachable(ImageReference wanted) {
        String server = source(wanted).getRegistry();
        if (offline && !Loopback.is(URI.create("https://" + server))) {
            throw AmlException.of(
                            ErrorCode.OFFLINE,
                            "Base image " + wanted + " is in registry " + server + ", and the build is offline")
                    .remedy("Leave out -o, or set <base> (-Daml.image.base) to host or to an image of this machine's"
                            + " registry.")
                    .build();
        }
    }

    private BaseImage host(
            Optional<PythonInterpreter> interpreter, String pythonVersion, Optional<AmlException> otherwise) {
        if (interpreter.isEmpty() || !platform.isHost()) {
            throw otherwise.orElseGet(() -> AmlException.of(
                            ErrorCode.BASE_IMAGE_UNSUITABLE,
                            "This machine has no Python " + pythonVersion + " for " + platform)
                    .remedy("Set <base> (-Daml.image.base) to an image, or <platform> and the Python version to this"
                            + " machine's.")
                    .build());
        }
        HostPython python = HostPython.of(interpreter.get(), index);
        String why = otherwise.isPresent() ? "because no base image can be pulled" : "as configured";
        return new BaseImage.Host(python, why);
    }

    private BaseImage pull(ImageReference wanted) throws IOException {
        ImageReference source = source(wanted);
        boolean own = registry.filter(access -> access.loginServer().equals(source.getRegistry()))
                .isPresent();
        Optional<Credential> credential = own
                ? registry.map(access -> Credential.from(access.username(), access.password()))
                : dockerCredential(source);
        boolean local = own && registry.get().local();
        RepositoryClient.Repository repository =
                new RepositoryClient.Repository(source.getRegistry(), source.getRepository(), credential, local);
        try (RepositoryClient reader = readers.apply(repository)) {
            RepositoryClient.Manifest image = forPlatform(wanted, reader.manifest(source.getQualifier()), reader);
            return new BaseImage.Pulled(repository, image.digest(), pythonVersion(image, reader));
        }
    }

    private RepositoryClient.Manifest forPlatform(
            ImageReference wanted, RepositoryClient.Manifest top, RepositoryClient reader) throws IOException {
        if (!top.content().path("manifests").isArray()) {
            return top;
        }
        for (JsonNode one : top.content().path("manifests")) {
            JsonNode made = one.path("platform");
            if (made.path("os").asText().equals("linux")
                    && made.path("architecture").asText().equals(platform.architecture())) {
                return reader.manifest(one.path("digest").asText());
            }
        }
        throw AmlException.of(ErrorCode.BASE_IMAGE_UNSUITABLE, "Base image " + wanted + " is not made for " + platform)
                .remedy("Set <platform> (-Daml.image.platform) or another <base> (-Daml.image.base).")
                .build();
    }

    private static Optional<String> pythonVersion(RepositoryClient.Manifest image, RepositoryClient reader)
            throws IOException {
        String digest = image.content().path("config").path("digest").asText();
        if (digest.isEmpty()) {
            return Optional.empty();
        }
        JsonNode configuration = new ObjectMapper().readTree(reader.blob(digest));
        for (JsonNode variable : configuration.path("config").path("Env")) {
            String text = variable.asText();
            if (text.startsWith("PYTHON_VERSION=")) {
                String[] parts = text.substring("PYTHON_VERSION=".length()).split("\\.", -1);
                return parts.length < 2 ? Optional.empty() : Optional.of(parts[0] + "." + parts[1]);
            }
        }
        return Optional.empty();
    }

    private ImageReference source(ImageReference wanted) {
        Optional<RegistryAccess> cache = registry.filter(RegistryAccess::local)
                .filter(access -> !access.loginServer().equals(wanted.getRegistry()));
        if (cache.isEmpty()) {
            return wanted;
        }
        String host = wanted.getRegistry().equals("registry-1.docker.io") ? "docker.io" : wanted.getRegistry();
        String repository = "cache/" + host.replace(':', '_') + "/" + wanted.getRepository();
        String login = cache.get().loginServer();
        return ImageReference.of(
                login,
                repository,
                wanted.getTag().orElse(null),
                wanted.getDigest().orElse(null));
    }

    private Optional<Credential> dockerCredential(ImageReference image) {
        try {
            return CredentialRetrieverFactory.forImage(image, event -> progress.debug(event.getMessage()))
                    .dockerConfig()
                    .retrieve();
        } catch (CredentialRetrievalException e) {
            progress.warn("The docker configuration's credential for " + image.getRegistry() + " cannot be read: "
                    + e.getMessage());
            return Optional.empty();
        }
    }

    static ImageReference parse(String reference) {
        try {
            return ImageReference.parse(reference);
        } catch (InvalidImageReferenceException e) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "'" + reference + "' is not an image reference")
                    .cause(e)
                    .remedy("Write host/repository:tag or host/repository@sha256:digest.")
                    .build();
        }
    }

    private static AmlException unavailable(ImageReference wanted, Exception cause) {
        return AmlException.of(
                        ErrorCode.BASE_IMAGE_UNAVAILABLE,
                        "Base image " + wanted + " cannot be pulled: " + ImageFailure.innermost(cause))
                .cause(cause)
                .build();
    }
}
