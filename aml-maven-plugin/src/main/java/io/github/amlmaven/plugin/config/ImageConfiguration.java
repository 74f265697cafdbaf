package io.github.amlmaven.plugin.config;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.File;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The {@code <image>} of {@code aml:package}. Each value can also be given as {@code -Daml.image.<name>}, which wins;
 * one of these properties, or {@code -Daml.image=true}, is enough to have the image built.
 */
public class ImageConfiguration {

    static final String PREFIX = "aml.image.";

    /** Where an image goes. */
    public enum Output {
        REGISTRY,
        OCI_LAYOUT,
        TAR
    }

    /**
     * The base image: a reference, or {@code host} for this machine's own Python. Default:
     * {@code python:<version of the environment>-slim} from Docker Hub.
     */
    private @Nullable String base;

    /** The repository in the registry. Default: the artifactId. */
    private @Nullable String repository;

    /** The tag. Default: the project's version. */
    private @Nullable String tag;

    /** The login server of the registry. Default: the workspace's own. */
    private @Nullable String registry;

    /** {@code linux/amd64} (default) or {@code linux/arm64}. */
    private @Nullable String platform;

    /** {@code docker} (default) or {@code oci}. */
    private @Nullable String format;

    /**
     * How the model's layers are compressed: {@code stored} (default), gzip without compression, which everything reads;
     * {@code zstd}, smaller, read by containerd from 1.5, Docker from 23.0 and podman; {@code none}, a plain tar, which is
     * hashed once instead of twice. Both make the image's format {@code oci}.
     */
    private @Nullable String modelLayerCompression;

    /** {@code registry} (default), {@code ociLayout} or {@code tar}. */
    private @Nullable String output;

    /** The folder of the layout or the tar file. Default: {@code target/aml/image} or {@code target/aml/image.tar}. */
    private @Nullable File file;

    /** {@code uid[:gid]} that the server runs as; never root. Default: {@code 65532:65532}. */
    private @Nullable String user;

    /**
     * The packages for scoring: an AML environment, a conda file or a requirements.txt. Default: the first there is of
     * {@code src/main/aml/environment.yml}, {@code src/main/aml/conda.yml} and {@code src/main/python/requirements.txt}.
     */
    private @Nullable File dependencies;

    /** The folder of the scoring code. Default: {@code src/main/python}. */
    private @Nullable File code;

    /** The scoring script below {@code code}. Default: {@code score.py}. */
    private @Nullable String scoringScript;

    /**
     * Whether the server can check Entra ID tokens, as {@code -Daml.deploy.auth=entra} asks it to; adds the package
     * {@code PyJWT[crypto]}, about 12 MB. Default: false.
     */
    private @Nullable String entraTokens;

    /**
     * Whether the image is for {@code aml:deploy-function}: its default base is then
     * {@code mcr.microsoft.com/azure-functions/python}, whose Functions host starts the scoring server as its custom
     * handler. Default: false.
     */
    private @Nullable String functionApp;

    /** Further environment variables of the container. */
    private Map<String, String> environment = Map.of();

    /** Further labels of the image. */
    private Map<String, String> labels = Map.of();

    private transient Properties properties = new Properties();

    /** Whether any property asks for an image although the POM has no {@code <image>}. */
    public static boolean isAsked(Properties properties) {
        return Boolean.parseBoolean(properties.getProperty("aml.image"))
                || properties.stringPropertyNames().stream().anyMatch(name -> name.startsWith(PREFIX));
    }

    /** Lets properties win over the POM. */
    public ImageConfiguration overriddenBy(Properties others) {
        this.properties = others;
        return this;
    }

    public Optional<String> base() {
        return text("base", base);
    }

    /** Whether the base is this machine's own Python, so that none is pulled. */
    public boolean isOnHost() {
        return base().filter("host"::equals).isPresent();
    }

    public Optional<String> repository() {
        return text("repository", repository);
    }

    public Optional<String> tag() {
        return text("tag", tag);
    }

    /** Whether the image goes to a registry. */
    public boolean isPushed() {
        return output() == Output.REGISTRY;
    }

    public Optional<String> registry() {
        return text("registry", registry);
    }

    public String platform() {
        return text("platform", platform).orElse("linux/amd64");
    }

    public String format() {
        return text("format", format).orElse("docker").toLowerCase(Locale.ROOT);
    }

    public String modelLayerCompression() {
        return text("modelLayerCompression", modelLayerCompression)
                .orElse("stored")
                .toLowerCase(Locale.ROOT);
    }

    public Output output() {
        String value = text("output", output).orElse("registry");
        return switch (value) {
            case "registry" -> Output.REGISTRY;
            case "ociLayout" -> Output.OCI_LAYOUT;
            case "tar" -> Output.TAR;
            default ->
                throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "'" + value + "' is not an output for an image")
                        .remedy("Set <output> (-Daml.image.output) to registry, ociLayout or tar.")
                        .build();
        };
    }

    public Optional<String> user() {
        return text("user", user);
    }

    public Optional<String> scoringScript() {
        return text("scoringScript", scoringScript);
    }

    public boolean entraTokens() {
        return Boolean.parseBoolean(text("entraTokens", entraTokens).orElse("false"));
    }

    public boolean functionApp() {
        return Boolean.parseBoolean(text("functionApp", functionApp).orElse("false"));
    }

    public Optional<File> file() {
        return path("file", file);
    }

    public Optional<File> dependencies() {
        return path("dependencies", dependencies);
    }

    public Optional<File> code() {
        return path("code", code);
    }

    public Map<String, String> environment() {
        return Variables.of("environment", environment);
    }

    public Map<String, String> labels() {
        return labels;
    }

    private Optional<String> text(String name, @Nullable String configured) {
        return Optional.ofNullable(properties.getProperty(PREFIX + name, configured));
    }

    private Optional<File> path(String name, @Nullable File configured) {
        String property = properties.getProperty(PREFIX + name);
        return Optional.ofNullable(property == null ? configured : new File(property));
    }
}
