package io.github.amlmaven.core.python;

import io.github.amlmaven.core.content.StampIndex;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Interpreters that were probed before and have not changed since: starting one takes longer than looking at its files.
 * What a version manager's shim leads to depends on more than files and is never remembered.
 */
final class KnownInterpreters {

    private static final String EXECUTABLE = "executable";
    private static final String VERSION = "version";
    private static final String PREFIX = "prefix";

    private final StampIndex index;

    KnownInterpreters(StampIndex index) {
        this.index = index;
    }

    /** The interpreter that a command starts; empty when it cannot be used. */
    Optional<PythonInterpreter> of(String command, Supplier<Optional<PythonInterpreter>> probe) {
        Optional<Path> file = file(command);
        if (file.isEmpty()) {
            return probe.get();
        }
        try {
            String what = "Python interpreter\n" + file.get() + "\n" + environment();
            return interpreter(index.discovered(what, () -> found(file.get(), probe.get())));
        } catch (IOException vanished) {
            return probe.get();
        }
    }

    private static StampIndex.Found found(Path file, Optional<PythonInterpreter> probed) throws IOException {
        if (probed.isEmpty()) {
            return new StampIndex.Found(Map.of(), List.of());
        }
        PythonInterpreter python = probed.get();
        Map<String, String> values = Map.of(
                EXECUTABLE, python.executable().toString(),
                VERSION, python.version(),
                PREFIX, python.prefix().toString());
        boolean shim = !file.toRealPath().equals(python.executable().toRealPath());
        List<Path> files = new ArrayList<>();
        if (!shim) {
            files.add(file);
            // Where a pyvenv.cfg makes it the interpreter of a virtual environment.
            Path folder = Objects.requireNonNull(file.getParent());
            files.add(folder);
            Optional.ofNullable(folder.getParent()).ifPresent(files::add);
            files.addAll(python.files());
        }
        return new StampIndex.Found(values, files);
    }

    private static Optional<PythonInterpreter> interpreter(Map<String, String> values) {
        return Optional.ofNullable(values.get(EXECUTABLE))
                .map(executable -> new PythonInterpreter(
                        Path.of(executable),
                        Objects.requireNonNull(values.get(VERSION)),
                        Path.of(Objects.requireNonNull(values.get(PREFIX)))));
    }

    /** The file that the system starts for a command, as it looks for it on the path. */
    private static Optional<Path> file(String command) {
        if (command.contains(File.separator)) {
            return Optional.of(Path.of(command).toAbsolutePath()).filter(Files::isExecutable);
        }
        return SearchPath.programs(command).findFirst();
    }

    /** Variables that change what an interpreter loads. */
    private static String environment() {
        Map<String, String> heeded = new TreeMap<>(System.getenv());
        heeded.keySet().removeIf(name -> !name.startsWith("PYTHON") && !name.startsWith("LD_"));
        return heeded.toString();
    }
}
