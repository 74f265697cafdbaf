package io.github.amlmaven.core.image;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.content.UnixAttributes;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.function.FunctionLayout;
import io.github.amlmaven.core.image.layer.DescribedLayer;
import io.github.amlmaven.core.image.layer.FileLayer;
import io.github.amlmaven.core.image.layer.LayerCompression;
import io.github.amlmaven.core.image.layer.LayerFile;
import io.github.amlmaven.core.image.layer.LayerSplit;
import io.github.amlmaven.core.image.python.ResolvedPackages;
import io.github.amlmaven.core.image.python.WheelResolution;
import io.github.amlmaven.core.python.BundledProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An image as data: base, the model's layers upon it, the others from the rarest to the most often changed, and the
 * container's configuration. Modes, times
 * and order are fixed here, so equal files make equal layers.
 *
 * @param base what it stands on
 * @param model the model's layers, directly above the base
 * @param layers above the model, in order
 * @param environment of the container
 * @param labels of the image
 */
record ImagePlan(
        BaseImage base,
        List<DescribedLayer> model,
        List<FileEntriesLayer> layers,
        Map<String, String> environment,
        Map<String, String> labels) {

    static final String APP_ROOT = "/var/azureml-app";
    static final String SERVER = "/opt/aml/" + ScoringPrograms.SERVER.fileName();
    static final List<String> START = List.of("python3", SERVER);
    static final int PORT = 5001;

    /** Says in an image that an Azure Functions host can serve it. */
    static final String FUNCTION_APP_LABEL = "io.github.amlmaven.function-app";

    private static final String PASSWD = """
            root:x:0:0:root:/root:/usr/sbin/nologin
            nonroot:x:65532:65532::/tmp:/usr/sbin/nologin
            """;
    private static final Instant FILE_TIME = Instant.EPOCH.plusSeconds(1);
    private static final FilePermissions FILE = FilePermissions.fromOctalString("644");
    private static final FilePermissions EXECUTABLE = FilePermissions.fromOctalString("755");
    private static final int ANY_EXECUTE = 0111;
    private static final FilePermissions SHARED = FilePermissions.fromOctalString("777");

    ImagePlan {
        model = List.copyOf(model);
        layers = List.copyOf(layers);
        environment = Map.copyOf(environment);
        labels = Map.copyOf(labels);
    }

    /** Plans the image of a request from its resolved parts. */
    static ImagePlan of(
            ScoringImageRequest request,
            BaseImage base,
            ResolvedPackages packages,
            List<DescribedLayer> model,
            ContentFiles code) {
        List<FileEntriesLayer> layers = new ArrayList<>();
        Map<String, String> environment = new TreeMap<>();
        Map<String, String> labels = new TreeMap<>();
        if (base instanceof BaseImage.Host host) {
            layers.add(hostLayer(host.python(), request.place().cache()));
            environment.putAll(host.python().environment());
            labels.put(HostPython.LABEL, "true");
        }
        layers.add(packageLayer(packages));
        String modelFolder = modelFolder(request.model());
        boolean functionApp = request.settings().functionApp();
        if (functionApp) {
            layers.add(functionLayer(request.place().cache()));
            labels.put(FUNCTION_APP_LABEL, "true");
            environment.put("AzureWebJobsScriptRoot", FunctionLayout.DEFAULT_ROOT);
            environment.put("FUNCTIONS_WORKER_RUNTIME", "custom");
        }
        layers.add(codeLayer(code, request.place().cache()));

        environment.put("PYTHONPATH", WheelResolution.IMAGE_FOLDER);
        environment.put("PYTHONUNBUFFERED", "1");
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        // The user has no entry in most base images' passwd, hence no home of its own.
        if (!functionApp) {
            environment.put("HOME", "/tmp");
        }
        environment.put("AML_APP_ROOT", APP_ROOT);
        environment.put("AZUREML_ENTRY_SCRIPT", request.code().script().replace('\\', '/'));
        environment.put("AZUREML_MODEL_DIR", modelFolder);
        environment.putAll(request.settings().environment());

        labels.put(
                "io.github.amlmaven.model",
                request.model().name() + ":" + request.model().version());
        labels.putAll(request.settings().labels());
        return new ImagePlan(base, model, layers, environment, labels);
    }

    /** Whether the base's own command is kept, which starts the Functions host. */
    boolean startsHost() {
        return labels.containsKey(FUNCTION_APP_LABEL) && !(base instanceof BaseImage.Host);
    }

    /** What the Functions host reads. */
    static Map<String, String> functionFiles() {
        return FunctionLayout.files(START, APP_ROOT);
    }

    private static FileEntriesLayer functionLayer(Path cache) {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("functions");
        functionFiles()
                .forEach((target, text) -> layer.addEntry(entry(constant(cache, "functions" + target, text), target)));
        return layer.build();
    }

    private static String modelFolder(ScoringImageRequest.Model model) {
        return APP_ROOT + "/azureml-models/" + model.name() + "/" + model.version();
    }

    private static FileEntriesLayer hostLayer(HostPython python, Path cache) {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("base: this machine's Python");
        Map<String, Path> files = new TreeMap<>(python.files());
        files.put("/etc/passwd", constant(cache, "passwd", PASSWD));
        files.put("/etc/group", constant(cache, "group", "root:x:0:\nnonroot:x:65532:\n"));
        files.put("/etc/nsswitch.conf", constant(cache, "nsswitch.conf", "hosts: files dns\n"));
        files.forEach((target, file) -> layer.addEntry(entry(file, target)));
        for (String folder : List.of("/tmp", "/dev", "/proc", "/sys", "/run")) {
            FilePermissions mode = folder.equals("/tmp") ? SHARED : EXECUTABLE;
            layer.addEntry(new FileEntry(emptyFolder(cache), AbsoluteUnixPath.get(folder), mode, FILE_TIME));
        }
        return layer.build();
    }

    private static FileEntriesLayer packageLayer(ResolvedPackages packages) {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("Python packages");
        try (var paths = Files.walk(packages.site())) {
            paths.filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(file -> name(packages.site(), file)))
                    .forEach(file -> layer.addEntry(
                            entry(file, WheelResolution.IMAGE_FOLDER + "/" + name(packages.site(), file))));
        } catch (IOException e) {
            throw unusable(packages.site(), e);
        }
        return layer.build();
    }

    /** The model's layers, as AML lays the model out. */
    static List<FileLayer> modelLayers(
            ScoringImageRequest.Model model, ContentFiles content, LayerCompression compression) {
        String root = modelFolder(model) + "/" + content.root().getFileName();
        List<LayerFile> files = content.files().stream()
                .map(file -> {
                    String target = content.isSingleFile() ? root : root + "/" + file.name();
                    return new LayerFile(file.path(), target, file.size(), isExecutable(file.path(), target));
                })
                .toList();
        return LayerSplit.of("model", files, compression);
    }

    private static FileEntriesLayer codeLayer(ContentFiles code, Path cache) {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("code");
        for (BundledProgram program : ScoringPrograms.IN_IMAGE) {
            layer.addEntry(entry(program.writeTo(cache.resolve("programs")), "/opt/aml/" + program.fileName()));
        }
        for (ContentFiles.Entry file : code.files()) {
            layer.addEntry(entry(file.path(), APP_ROOT + "/" + file.name()));
        }
        return layer.build();
    }

    private static FileEntry entry(Path file, String target) {
        FilePermissions mode = isExecutable(file, target) ? EXECUTABLE : FILE;
        return new FileEntry(file, AbsoluteUnixPath.get(target), mode, FILE_TIME);
    }

    /** By the file's mode where it has one: asking what this user may do throws an exception for each file that is not. */
    private static boolean isExecutable(Path file, String target) {
        if (target.endsWith(".py")) {
            return false;
        }
        try {
            return UnixAttributes.areTold()
                    ? ((Integer) Files.getAttribute(file, "unix:mode") & ANY_EXECUTE) != 0
                    : Files.isExecutable(file);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static String name(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    private static Path constant(Path cache, String name, String text) {
        Path file = cache.resolve("programs").resolve(name);
        try {
            Files.createDirectories(file.getParent());
            if (!Files.exists(file) || !Files.readString(file).equals(text)) {
                Files.writeString(file, text);
            }
            return file;
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static Path emptyFolder(Path cache) {
        try {
            return Files.createDirectories(cache.resolve("programs").resolve("empty"));
        } catch (IOException e) {
            throw unusable(cache.resolve("programs").resolve("empty"), e);
        }
    }

    private static AmlException unusable(Path path, IOException cause) {
        return AmlException.of(ErrorCode.LOCAL_IO, path + " cannot be used: " + cause)
                .cause(cause)
                .build();
    }
}
