package io.github.amlmaven.core.image.python;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.python.BundledProgram;
import io.github.amlmaven.core.python.IndexCredentials;
import io.github.amlmaven.core.python.OfflinePackages;
import io.github.amlmaven.core.python.ProcessOutput;
import io.github.amlmaven.core.python.PythonInterpreter;
import io.github.amlmaven.core.python.RequirementsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Resolves requirements to wheels of the image's platform and Python version, whatever the machine that builds is, and
 * unpacks them the way they lie in the image: the same requirements give the same bytes.
 */
public final class WheelResolution {

    /** Where the packages lie in the image; compiled modules carry it in their tracebacks. */
    public static final String IMAGE_FOLDER = "/opt/aml/python";

    private static final BundledProgram PIP = new BundledProgram(WheelResolution.class, "pip_for_platform.py");
    private static final BundledProgram COMPILE = new BundledProgram(WheelResolution.class, "compile_packages.py");

    /** Changes whenever the way of unpacking does, so that older cache entries are not used. */
    private static final String LAYOUT = "1";

    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final PythonInterpreter interpreter;
    private final PackageCache cache;
    private final Path programs;
    private final boolean offline;
    private final Progress progress;

    /**
     * Resolves with an interpreter of this machine.
     *
     * @param cacheDirectory shared by all projects of a user
     * @param offline whether only what is in the cache may be used
     */
    public WheelResolution(PythonInterpreter interpreter, Path cacheDirectory, boolean offline, Progress progress) {
        this.interpreter = interpreter;
        this.cache = new PackageCache(cacheDirectory.resolve("wheels"));
        this.programs = cacheDirectory.resolve("programs");
        this.offline = offline;
        this.progress = progress;
    }

    /**
     * Resolves.
     *
     * @param lock the text of a lock file that pins everything, if the project has one
     * @throws io.github.amlmaven.core.error.AmlException when the index has no such wheels, or offline the cache has none
     */
    public ResolvedPackages resolve(PythonRequirements wanted, Optional<String> lock, WheelTarget target) {
        boolean compiled = interpreter.minorVersion().equals(target.pythonVersion());
        String key = key(wanted, lock, target, compiled);
        Optional<ResolvedPackages> known = cache.find(key);
        if (known.isPresent()) {
            progress.debug("Python packages are in the cache: " + known.get().site());
            return known.get();
        }
        if (offline) {
            throw OfflinePackages.missing(
                    "The wheels of these Python packages for " + target,
                    lock.isPresent() ? List.of("those of the lock file") : wanted.requirements());
        }
        progress.info("Resolving Python packages for " + target);
        return cache.put(key, (site, scratch) -> {
            List<Wheel> wheels = download(wanted, lock, target, scratch);
            for (Wheel wheel : wheels) {
                wheel.unpackInto(site);
            }
            if (compiled) {
                compile(site);
            }
            String header = "# " + target + "\n";
            return wheels.stream().map(Wheel::lockLine).sorted().collect(Collectors.joining("\n", header, "\n"));
        });
    }

    private String key(PythonRequirements wanted, Optional<String> lock, WheelTarget target, boolean compiled) {
        String asked = lock.orElseGet(() -> String.join("\n", wanted.requirements()));
        return Sha256.of(String.join(
                "\u0000",
                LAYOUT,
                asked,
                String.join(" ", wanted.options()),
                target.platform(),
                target.pythonVersion(),
                compiled ? interpreter.version() : "not compiled"));
    }

    private List<Wheel> download(PythonRequirements wanted, Optional<String> lock, WheelTarget target, Path scratch)
            throws IOException {
        String text = lock.orElseGet(() -> String.join("\n", wanted.requirements()));
        Path folder = Files.createDirectories(scratch.resolve("wheels"));
        try (RequirementsFile requirements = RequirementsFile.in(scratch, wanted.options(), text)) {
            download(requirements.path(), folder, lock.isPresent(), target);
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".whl"))
                    .sorted()
                    .map(Wheel::new)
                    .toList();
        }
    }

    private void download(Path requirements, Path folder, boolean locked, WheelTarget target) {
        List<String> command = new ArrayList<>(List.of(
                PIP.writeTo(programs).toString(),
                markers(target),
                "download",
                "--disable-pip-version-check",
                "--no-input",
                "--progress-bar=off",
                "--only-binary=:all:",
                "--implementation=cp",
                "--python-version=" + target.pythonVersion(),
                "--dest=" + folder,
                "--requirement=" + requirements));
        target.tags().forEach(tag -> command.add("--platform=" + tag));
        if (locked) {
            command.addAll(List.of("--no-deps", "--require-hashes"));
        }
        long started = System.nanoTime();
        ProcessOutput output = pip().run(command)
                .limit(LIMIT)
                .onLine(line -> tell(line, started))
                .run();
        if (output.exitCode() != 0) {
            throw PipOutput.failure(output, target.platform(), target.pythonVersion());
        }
    }

    /** An interpreter that has pip: Linux distributions package it apart from Python. */
    private PythonInterpreter pip() {
        if (interpreter.run(List.of("-c", "import pip")).run().exitCode() == 0) {
            return interpreter;
        }
        Path folder =
                programs.resolve("pip-" + Sha256.of(interpreter.toString()).substring(0, 12));
        Path executable = folder.resolve(
                folder.getFileSystem().getSeparator().equals("\\") ? "Scripts/python.exe" : "bin/python");
        if (!Files.isExecutable(executable)) {
            ProcessOutput output =
                    interpreter.run(List.of("-m", "venv", folder.toString())).run();
            if (output.exitCode() != 0) {
                throw PipOutput.failure(output, "this machine", interpreter.minorVersion());
            }
        }
        return new PythonInterpreter(executable, interpreter.version(), interpreter.prefix());
    }

    private void tell(String line, long started) {
        progress.debug(IndexCredentials.masked(line));
        progress.waiting("Python packages", "resolving", Duration.ofNanos(System.nanoTime() - started), LIMIT);
    }

    private void compile(Path site) {
        ProcessOutput output = interpreter
                .run(List.of(COMPILE.writeTo(programs).toString(), site.toString(), IMAGE_FOLDER))
                .environment("PYTHONHASHSEED", "0")
                .run();
        if (output.exitCode() != 0) {
            // Without byte code the image starts slower but is as correct.
            progress.warn("Python packages could not be compiled: " + String.join(" ", output.tail(2)));
        }
    }

    private static String markers(WheelTarget target) {
        try {
            return new ObjectMapper().writeValueAsString(target.markers());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings is always JSON", e);
        }
    }
}
