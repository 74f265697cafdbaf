package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.concurrent.Ahead;
import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.image.ModelArchive;
import io.github.amlmaven.core.image.ModelFiles;
import io.github.amlmaven.core.image.ScoringImageBuild;
import io.github.amlmaven.core.image.ScoringImageRequest;
import io.github.amlmaven.core.image.ScoringImageResult;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.RegistryAccess;
import io.github.amlmaven.core.registry.RegistryLogin;
import io.github.amlmaven.plugin.config.ImageConfiguration;
import io.github.amlmaven.plugin.config.SettingsServers;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProjectHelper;
import org.jspecify.annotations.Nullable;

/**
 * Packages the model: as an archive that is the project's Maven artifact, and, when {@code <image>} is configured, as a
 * container image that serves it. The image is built without Docker and is the same to the byte for the same inputs.
 */
@Mojo(name = "package", defaultPhase = LifecyclePhase.PACKAGE, threadSafe = true)
public final class PackageMojo extends AbstractWorkspaceMojo {

    private static final String LOOPBACK_REGISTRY = "(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?";

    /**
     * The AML model file; its {@code path} is what is packaged, its {@code name} how the model is called unless it has
     * been registered in this build.
     */
    @Parameter(property = "aml.model.file", defaultValue = "${project.basedir}/src/main/aml/model.yml")
    private File modelFile;

    /** Packages this file or folder instead of the one that the model file names. */
    @Parameter(property = "aml.model.path")
    private @Nullable File modelPath;

    /**
     * The scoring image; without this element only the archive is made. Each of its values is also a property
     * {@code aml.image.<name>}: {@code base} (image reference or {@code host}; default {@code python:<version>-slim}),
     * {@code repository} (default: the artifactId), {@code tag} (default: the project's version), {@code registry}
     * (login server; default: the workspace's), {@code platform} ({@code linux/amd64} or {@code linux/arm64}),
     * {@code format} ({@code docker} or {@code oci}), {@code output} ({@code registry}, {@code ociLayout} or
     * {@code tar}), {@code file} (folder or tar), {@code user}, {@code dependencies} (environment, conda file or
     * requirements.txt), {@code code} (default: {@code src/main/python}), {@code scoringScript} (default:
     * {@code score.py}), {@code functionApp} (for {@code aml:deploy-function}), and the maps {@code environment} and {@code labels}.
     */
    @Parameter
    private @Nullable ImageConfiguration image;

    /**
     * The {@code <server>} of settings.xml with user and password of the registry, for registries that are not Azure's.
     */
    @Parameter(property = "aml.image.registryServerId")
    private @Nullable String registryServerId;

    /** Pins every Python package in the image by version and hash, when the file exists. */
    @Parameter(property = "aml.image.lockFile", defaultValue = "${project.basedir}/src/main/aml/requirements.lock")
    private File lockFile;

    /** The Python interpreter to use, 3.10 or later. Default: the first suitable one on the path. */
    @Parameter(property = "aml.python")
    private @Nullable File python;

    /** Where wheels and image layers are kept for all projects of this user. */
    @Parameter(property = "aml.cache", defaultValue = "${user.home}/.aml/cache")
    private File cacheDirectory;

    /**
     * Reads every file of the model although size, times and inode say that none has changed. For file systems that
     * do not keep them.
     */
    @Parameter(property = "aml.verifyModel", defaultValue = "false")
    private boolean verifyModel;

    /** Lets model and code lie outside the project, and links lead out of it. */
    @Parameter(property = "aml.allowOutsideProject", defaultValue = "false")
    private boolean allowOutsideProject;

    /** Where the archive is written. */
    @Parameter(property = "aml.archiveDirectory", defaultValue = "${project.build.directory}")
    private File archiveDirectory;

    /** The time of every entry of the archive, so that it does not depend on the clock. */
    @Parameter(defaultValue = "${project.build.outputTimestamp}")
    private @Nullable String outputTimestamp;

    @Inject
    private MavenProjectHelper projects;

    @Override
    protected boolean gated() {
        return true;
    }

    @Override
    protected GoalOutcome run(Progress progress) {
        try (Ahead<Optional<RegistryAccess>> signIn = imageConfiguration()
                .filter(configured -> !dryRun() && signsIn(configured))
                .map(configured -> askAhead(progress, clients -> login(configured.registry(), clients)))
                .orElseGet(() -> Ahead.known(Optional.empty()))) {
            return packaged(signIn, progress);
        }
    }

    private GoalOutcome packaged(Ahead<Optional<RegistryAccess>> signIn, Progress progress) {
        PackagedModel model = PackagedModel.of(
                specReader(),
                inProject(modelFile),
                Optional.ofNullable(modelPath).map(File::toPath),
                projectDirectory(),
                outputDirectory(),
                project().getArtifactId());
        Optional<ImageRequests> images = imageRequests(model);
        ScoringImageBuild build = new ScoringImageBuild(progress);
        Optional<ScoringImageBuild.Checked> checked =
                images.map(requests -> build.check(requests.request(Optional.empty())));
        if (dryRun()) {
            String also = images.map(request -> " and image " + request.name()).orElse("");
            return GoalOutcome.dryRun("Would package " + model.path() + also, Map.of());
        }
        // The archive comes last, so that a failed image leaves no artifact behind.
        Optional<ScoringImageResult> built = images.map(requests ->
                build.build(checked.orElseThrow().with(registryAccess(requests.image(), signIn, progress))));
        ContentFiles files =
                checked.map(ScoringImageBuild.Checked::model).orElseGet(() -> ModelFiles.of(model.path(), boundary()));
        Path archive = writeArchive(model, files, progress);
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("archive", archive.toString());
        if (built.isEmpty()) {
            return GoalOutcome.done("Model archive " + archive, outputs);
        }
        ScoringImageResult result = built.get();
        outputs.putAll(ImageRequests.outputs(result));
        images.ifPresent(requests -> {
            outputs.put("entraTokens", requests.entraTokens());
            outputs.put("functionApp", requests.functionApp());
        });
        return result.upToDate()
                ? GoalOutcome.upToDate(result.sentence(), outputs)
                : GoalOutcome.done(result.sentence(), outputs);
    }

    private Path writeArchive(PackagedModel model, ContentFiles files, Progress progress) {
        String gav = project().getGroupId() + ":" + project().getArtifactId() + ":"
                + project().getVersion();
        Path file = inProject(archiveDirectory).resolve(project().getBuild().getFinalName() + ".zip");
        new ModelArchive(new ModelArchive.Request(
                        files,
                        Optional.of(projectDirectory().resolve("src/main/aml")),
                        Map.of("name", model.name(), "maven.gav", gav),
                        boundary(),
                        timestamp()))
                .write(file, StampIndex.inCache(cacheDirectory.toPath(), verifyModel, progress));
        if ("aml-model".equals(project().getPackaging())) {
            project().getArtifact().setFile(file.toFile());
        } else if (hasProject()) {
            projects.attachArtifact(project(), "zip", "model", file.toFile());
        }
        return file;
    }

    /** What the parameters ask for; empty when no image is asked for. */
    Optional<ImageRequests> imageRequests(PackagedModel model) {
        return imageConfiguration()
                .map(configured -> new ImageRequests(
                        configured,
                        model,
                        project(),
                        projectDirectory(),
                        new ScoringImageRequest.Place(
                                boundary(),
                                outputDirectory(),
                                cacheDirectory.toPath(),
                                pluginVersion(),
                                offline(),
                                verifyModel),
                        inProject(lockFile),
                        Optional.ofNullable(python).map(File::toPath)));
    }

    private Optional<ImageConfiguration> imageConfiguration() {
        Properties properties = new Properties();
        properties.putAll(project().getProperties());
        properties.putAll(session().getUserProperties());
        if (image == null && !ImageConfiguration.isAsked(properties)) {
            return Optional.empty();
        }
        ImageConfiguration configured = image == null ? new ImageConfiguration() : image;
        return Optional.of(configured.overriddenBy(properties));
    }

    /** Whether the image is pushed, or its base pulled through the local cloud's registry. */
    private boolean usesRegistry(ImageConfiguration configured) {
        return configured.isPushed() || (isLocal() && !configured.isOnHost());
    }

    /** Whether the workspace's identity is what opens the registry that the image needs. */
    private boolean signsIn(ImageConfiguration configured) {
        return usesRegistry(configured)
                && (registryServerId == null || configured.registry().isEmpty());
    }

    private Optional<RegistryAccess> registryAccess(
            ImageConfiguration configured, Ahead<Optional<RegistryAccess>> signIn, Progress progress) {
        if (!isLocal() || pushesAway(configured)) {
            requireOnline("fetches the image's base and packages, or pushes it,");
        }
        if (!usesRegistry(configured)) {
            return Optional.empty();
        }
        if (registryServerId != null && configured.registry().isPresent()) {
            SettingsServers.Login login = servers().login(session(), registryServerId);
            return Optional.of(
                    new RegistryAccess(configured.registry().get(), login.username(), login.password(), false));
        }
        return signIn.get().or(() -> Optional.of(ask(progress, clients -> login(configured.registry(), clients))));
    }

    private static RegistryAccess login(Optional<String> named, AzureClients clients) {
        RegistryLogin logins = new RegistryLogin(clients);
        return named.map(logins::login).orElseGet(logins::loginToWorkspaceRegistry);
    }

    private static boolean pushesAway(ImageConfiguration configured) {
        return configured.isPushed()
                && configured
                        .registry()
                        .filter(server -> !server.matches(LOOPBACK_REGISTRY))
                        .isPresent();
    }

    private Optional<Path> boundary() {
        return allowOutsideProject ? Optional.empty() : Optional.of(projectDirectory());
    }

    private Instant timestamp() {
        if (outputTimestamp == null || outputTimestamp.length() < 2) {
            return Instant.EPOCH;
        }
        try {
            return outputTimestamp.matches("[0-9]+")
                    ? Instant.ofEpochSecond(Long.parseLong(outputTimestamp))
                    : Instant.parse(outputTimestamp);
        } catch (DateTimeParseException e) {
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID,
                            "project.build.outputTimestamp '" + outputTimestamp + "' is not a time")
                    .cause(e)
                    .remedy("Write it as 2026-01-31T12:00:00Z.")
                    .build();
        }
    }
}
