package io.github.amlmaven.core.image;

import io.github.amlmaven.core.concurrent.Ahead;
import io.github.amlmaven.core.content.ContentDigest;
import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.image.layer.DescribedLayer;
import io.github.amlmaven.core.image.layer.FileLayer;
import io.github.amlmaven.core.image.layer.LayerIndex;
import io.github.amlmaven.core.image.python.PythonRequirements;
import io.github.amlmaven.core.image.python.ResolvedPackages;
import io.github.amlmaven.core.image.python.WheelResolution;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.python.PythonInterpreter;
import io.github.amlmaven.core.registry.RegistryAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Builds the image that serves a model: base, Python packages, model, code, from the rarest to the most often changed.
 * The same inputs give the same digest; when they have not changed since the last build and the image is still where it
 * was delivered, nothing is done.
 */
public final class ScoringImageBuild {

    /** The server that AML runs too; a project that names it in its dependencies chooses another version. */
    public static final String INFERENCE_SERVER = "azureml-inference-server-http==1.5.1";

    /** What the server checks Entra ID tokens with, when it is asked to. */
    static final String TOKEN_CHECK = "PyJWT[crypto]==2.15.1";

    /** For {@code GET /metrics}; OpenTelemetry and its exporter for Application Insights come with the server. */
    static final String METRICS = "prometheus-client==0.26.0";

    private static final Pattern PATH_SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");
    private static final Pattern USER = Pattern.compile("[0-9]+(:[0-9]+)?|[a-z_][a-z0-9_-]*(:[a-z_][a-z0-9_-]*)?");

    private final Progress progress;

    public ScoringImageBuild(Progress progress) {
        this.progress = progress;
    }

    /**
     * A request whose own input is good.
     *
     * @param interpreter to resolve packages with
     * @param model the model's files
     * @param layers that the model becomes
     * @param code the scoring code's files
     */
    public record Checked(
            ScoringImageRequest request,
            PythonInterpreter interpreter,
            ContentFiles model,
            List<FileLayer> layers,
            ContentFiles code) {

        public Checked {
            layers = List.copyOf(layers);
        }

        /** The same, with the registry that is only known now. */
        public Checked with(Optional<RegistryAccess> registry) {
            return new Checked(request.with(registry), interpreter, model, layers, code);
        }
    }

    /**
     * Checks everything that needs neither network nor registry: settings, scoring script, model and code. So a mistake is
     * found before anything is written.
     */
    public Checked check(ScoringImageRequest request) {
        checkSettings(request);
        StampIndex index = index(request);
        ScoringImageRequest.Code code = request.code();
        Optional<Path> project = request.place().project();
        // A version manager's shim takes its time to say which interpreter it leads to.
        try (Ahead<PythonInterpreter> interpreter = Ahead.begin(
                "aml-python", () -> PythonInterpreter.find(request.python().interpreter(), index))) {
            ContentFiles model = ModelFiles.of(request.model().path(), project);
            List<FileLayer> layers = ImagePlan.modelLayers(
                    request.model(), model, request.settings().modelLayers());
            new ScoringScript(interpreter.get(), request.place().cache(), index)
                    .check(new ScoringScript.ScoringScriptFile(code.directory(), code.script()), project);
            return new Checked(request, interpreter.get(), model, layers, ModelFiles.code(code.directory(), project));
        }
    }

    /** Of facts about this machine; whether every file of the model is read is another question. */
    private StampIndex index(ScoringImageRequest request) {
        return StampIndex.inCache(request.place().cache(), false, progress);
    }

    /** Checks and builds at once. */
    public ScoringImageResult build(ScoringImageRequest request) {
        return build(check(request));
    }

    /** Builds the image and delivers it to the request's target. */
    public ScoringImageResult build(Checked checked) {
        ScoringImageRequest request = checked.request();
        LayerIndex index = new LayerIndex(
                StampIndex.inCache(request.place().cache(), request.place().verifyModel(), progress));
        try (JibBuild build = new JibBuild(request, index, progress)) {
            return build(checked, build);
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "The connection to the registry cannot be closed")
                    .cause(e)
                    .build();
        }
    }

    private ScoringImageResult build(Checked checked, JibBuild build) {
        ScoringImageRequest request = checked.request();
        PythonInterpreter interpreter = checked.interpreter();
        PythonRequirements wanted = wanted(request);
        Optional<String> lock = readLock(request.python().lock());
        if (lock.isEmpty()) {
            wanted.warnings().forEach(progress::warn);
        }
        BaseImage base = base(request, wanted, interpreter, build);
        String pythonVersion = pythonVersion(base, wanted, interpreter);
        ResolvedPackages packages = new WheelResolution(
                        interpreter, request.place().cache(), request.place().offline(), progress)
                .resolve(wanted, lock, request.settings().platform().wheels(pythonVersion));
        Path usedLock = writeLock(request.place().work(), packages);
        List<DescribedLayer> model = build.describe(checked.layers());
        String fingerprint = fingerprint(request, base, packages, model, checked.code());
        Optional<LastBuild> last = LastBuild.read(request.place().work(), progress)
                .filter(before -> before.fingerprint().equals(fingerprint))
                .filter(before -> before.isThere(request.target(), build, progress));
        String digest = last.map(LastBuild::digest)
                .orElseGet(() -> buildNow(
                        build, ImagePlan.of(request, base, packages, model, checked.code()), request, fingerprint));
        return new ScoringImageResult(
                request.reference(),
                digest,
                request.target().file(),
                last.isPresent(),
                base instanceof BaseImage.Host,
                pythonVersion,
                base.identity(),
                fingerprint,
                usedLock);
    }

    private static PythonRequirements wanted(ScoringImageRequest request) {
        PythonRequirements wanted = request.python()
                .dependencies()
                .map(file -> PythonRequirements.read(
                        file, request.place().project().orElseGet(() -> file.resolveSibling("."))))
                .orElseGet(PythonRequirements::none)
                .withDefault(INFERENCE_SERVER)
                .withDefault(METRICS);
        return request.python().entraTokens() ? wanted.withDefault(TOKEN_CHECK) : wanted;
    }

    private String buildNow(JibBuild build, ImagePlan plan, ScoringImageRequest request, String fingerprint) {
        if (plan.base() instanceof BaseImage.Host host) {
            progress.warn(
                    "Base image: the Python " + host.python().interpreter().version() + " of this machine, "
                            + host.why() + "; this image runs on this machine only");
        }
        progress.info("Building " + request.reference() + " on " + plan.base().identity());
        String digest = build.run(plan);
        new LastBuild(fingerprint, digest).write(request.place().work());
        return digest;
    }

    private BaseImage base(
            ScoringImageRequest request, PythonRequirements wanted, PythonInterpreter interpreter, JibBuild build) {
        String version = wanted.pythonVersion().orElseGet(interpreter::minorVersion);
        Optional<PythonInterpreter> host = PythonInterpreter.findVersion(version, interpreter, index(request));
        return new BaseImages(
                        request.registry(),
                        request.settings().platform(),
                        request.place().offline(),
                        request.settings().functionApp(),
                        index(request),
                        build::reader,
                        progress)
                .resolve(request.settings().base(), version, host);
    }

    /** The Python in the image: what the base has, and where it does not say, what the environment wants. */
    private static String pythonVersion(BaseImage base, PythonRequirements wanted, PythonInterpreter interpreter) {
        Optional<String> inBase = base.pythonVersion();
        if (inBase.isPresent()
                && wanted.pythonVersion().isPresent()
                && !wanted.pythonVersion().equals(inBase)) {
            throw AmlException.of(
                            ErrorCode.BASE_IMAGE_UNSUITABLE,
                            "The environment asks for Python "
                                    + wanted.pythonVersion().get() + " but base image " + base.identity()
                                    + " has Python " + inBase.get())
                    .remedy("Set <base> (-Daml.image.base) to an image with Python "
                            + wanted.pythonVersion().get() + ", or change 'python=' in the conda file.")
                    .build();
        }
        return inBase.or(wanted::pythonVersion).orElseGet(interpreter::minorVersion);
    }

    private static String fingerprint(
            ScoringImageRequest request,
            BaseImage base,
            ResolvedPackages packages,
            List<DescribedLayer> model,
            ContentFiles code) {
        ScoringImageRequest.Settings settings = request.settings();
        return Sha256.of(String.join(
                "\n",
                request.place().toolVersion(),
                ScoringPrograms.IN_IMAGE.stream()
                        .map(program -> Sha256.of(program.bytes()))
                        .collect(Collectors.joining(",")),
                settings.functionApp() ? ImagePlan.functionFiles().toString() : "",
                base.identity(),
                packages.key(),
                model.stream().map(DescribedLayer::digest).collect(Collectors.joining(",")),
                request.model().name(),
                request.model().version(),
                ContentDigest.of(code),
                request.code().script(),
                settings.platform().toString(),
                settings.format().toString(),
                settings.user(),
                new TreeMap<>(settings.environment()).toString(),
                new TreeMap<>(settings.labels()).toString(),
                request.reference(),
                request.target().toString()));
    }

    private static void checkSettings(ScoringImageRequest request) {
        for (String segment : List.of(request.model().name(), request.model().version())) {
            if (!PATH_SEGMENT.matcher(segment).matches()) {
                throw invalid(
                        "'" + segment + "' cannot be a model's name or version", "Use letters, digits, '.', '_', '-'.");
            }
        }
        String user = request.settings().user();
        if (!USER.matcher(user).matches()) {
            throw invalid("'" + user + "' is not a user", "Set <user> (-Daml.image.user) to uid or uid:gid.");
        }
        if (user.equals("root") || user.equals("0") || user.startsWith("0:") || user.startsWith("root:")) {
            throw invalid("A scoring server does not run as root", "Leave <user> (-Daml.image.user) out.");
        }
        Path script =
                request.code().directory().resolve(request.code().script()).normalize();
        if (!script.startsWith(request.code().directory().normalize())) {
            throw AmlException.of(
                            ErrorCode.FILE_OUTSIDE_PROJECT,
                            "The scoring script " + request.code().script() + " is not below "
                                    + request.code().directory())
                    .remedy("Set <scoringScript> (-Daml.image.scoringScript) to a path inside the code folder.")
                    .build();
        }
    }

    private static AmlException invalid(String what, String remedy) {
        return AmlException.of(ErrorCode.CONFIGURATION_INVALID, what)
                .remedy(remedy)
                .build();
    }

    private static Optional<String> readLock(Path lock) {
        try {
            return Files.isRegularFile(lock) ? Optional.of(Files.readString(lock)) : Optional.empty();
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, lock + " cannot be read")
                    .cause(e)
                    .build();
        }
    }

    private static Path writeLock(Path work, ResolvedPackages packages) {
        Path file = work.resolve("requirements.lock");
        try {
            Files.createDirectories(work);
            Files.writeString(file, packages.lock());
            return file;
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, file + " cannot be written")
                    .cause(e)
                    .build();
        }
    }
}
