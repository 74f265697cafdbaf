package io.github.amlmaven.emulator.inference;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.job.data.BlobFolders;
import io.github.amlmaven.emulator.job.data.BlobLocation;
import io.github.amlmaven.emulator.job.data.DataFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of one revision of a deployment: code, model and logs, laid out as AML's containers have them below {@code
 * /var}.
 *
 * @param root of the revision's own
 */
record ServingFolder(Path root) {

    private static final int TAIL_WINDOW = 1 << 20;
    static final String COLLECTOR_CONFIG = "mdc-config.json";
    private static final String LAUNCHER = "inference_server.py";
    private static final String MLFLOW_SCRIPT = "mlflow_score_script.py";

    Path appRoot() {
        return root.resolve("var/azureml-app");
    }

    Path models() {
        return appRoot().resolve("azureml-models");
    }

    Path modelDirectory(Served.Model model) {
        return models().resolve(model.name()).resolve(model.version());
    }

    Path mlflowRoot() {
        return root.resolve("var/mlflow_resources");
    }

    /** Folder of the data collector's settings; there when something is collected. */
    Path collector() {
        return root.resolve("var/azureml-mdc");
    }

    void writeCollector(ObjectNode config) throws IOException {
        Files.createDirectories(collector());
        Files.writeString(collector().resolve(COLLECTOR_CONFIG), config.toString());
    }

    Path buildLog() {
        return root.resolve("logs/image_build_log.txt");
    }

    Path storageLog() {
        return root.resolve("logs/storage_initializer.txt");
    }

    Path serverLog() {
        return root.resolve("logs/inference_server.txt");
    }

    Path events() {
        return root.resolve("logs/container_events.txt");
    }

    /** The program that starts the server, made when missing. */
    Path launcher() throws IOException {
        return resource(LAUNCHER, root.resolve(LAUNCHER));
    }

    /** The scoring script of MLflow models, made when missing. */
    Path mlflowScript() throws IOException {
        return resource(MLFLOW_SCRIPT, mlflowRoot().resolve(MLFLOW_SCRIPT));
    }

    private static Path resource(String name, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try (InputStream in = Objects.requireNonNull(ServingFolder.class.getResourceAsStream(name))) {
            Files.write(target, in.readAllBytes());
        }
        return target;
    }

    /** Copies code and model here. */
    void stage(Served served, BlobFolders blobs) throws IOException {
        Files.createDirectories(appRoot());
        Files.createDirectories(storageLog().getParent());
        if (served.code().isPresent()) {
            copy("code", served.code().get(), appRoot(), blobs);
            if (!Files.isRegularFile(appRoot().resolve(served.script()))) {
                throw ServingFailure.badArgument("The scoring script '" + served.script()
                        + "' is not in the deployment's code. There are: " + present(appRoot()) + ".");
            }
        }
        Optional<Served.Model> model = served.model();
        if (model.isPresent()) {
            Path directory = modelDirectory(model.get());
            BlobLocation from = model.get().location();
            boolean folder = !blobs.names(from).isEmpty();
            copy("model", from, folder ? directory.resolve(lastSegment(from)) : directory, blobs);
        }
    }

    private static String lastSegment(BlobLocation location) {
        String path = location.path();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private void copy(String what, BlobLocation from, Path target, BlobFolders blobs) throws IOException {
        log("Downloading " + what + " from " + from.account() + "/" + from.container() + "/" + from.path());
        try {
            blobs.download(from, target);
        } catch (DataFailure e) {
            log(e.getMessage());
            throw ServingFailure.badArgument(
                    "Startup task failed: unable to download user " + what + ": " + e.getMessage());
        }
        try (Stream<Path> files = Files.walk(target)) {
            log("Downloaded " + files.filter(Files::isRegularFile).count() + " files of the " + what);
        }
    }

    private void log(String line) throws IOException {
        Files.writeString(storageLog(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String present(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> names = files.filter(Files::isRegularFile)
                    .limit(20)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
            return String.join(", ", names);
        }
    }

    /** The folder with {@code MLmodel} in a staged model. */
    Path mlflowFolder(Served.Model model) throws IOException {
        Path directory = modelDirectory(model);
        try (Stream<Path> files = Files.walk(directory, 2)) {
            return files.filter(file -> file.endsWith("MLmodel"))
                    .map(Path::getParent)
                    .findFirst()
                    .orElseThrow(() -> ServingFailure.badArgument("The model '" + model.name()
                            + "' is registered as an MLflow model but has no file MLmodel."));
        }
    }

    /** The last lines of a log; all of them up to a megabyte when {@code lines} is 0. */
    static String tail(Path log, int lines) throws IOException {
        if (!Files.exists(log)) {
            return "";
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            byte[] end = new byte[(int) Math.min(TAIL_WINDOW, file.length())];
            file.seek(file.length() - end.length);
            file.readFully(end);
            List<String> all = new String(end, StandardCharsets.UTF_8).lines().toList();
            return String.join("\n", lines <= 0 ? all : all.subList(Math.max(0, all.size() - lines), all.size()));
        }
    }
}
