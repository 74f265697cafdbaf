package io.github.amlmaven.core.python;

import io.github.amlmaven.core.content.Folders;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A virtual environment with given requirements, made once and shared by all builds of this user.
 *
 * @param executable its Python interpreter
 * @param directory where it lies
 */
public record VirtualEnvironment(Path executable, Path directory) {

    private static final String COMPLETE = ".complete";
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(30);

    /**
     * The environment for these requirements: an existing one, or a new one.
     *
     * @param cache folder that holds all environments, each under a name made from interpreter and requirements
     * @param requirements as pip reads them: {@code scikit-learn==1.7.2}
     * @param offline whether it must be in the cache already, as pip would ask its index
     * @throws AmlException {@link ErrorCode#PYTHON_DEPENDENCIES} with pip's own last lines, {@link ErrorCode#OFFLINE} when
     *     pip may not be asked
     */
    public static VirtualEnvironment with(
            PythonInterpreter interpreter, Path cache, List<String> requirements, boolean offline, Progress progress) {
        return with(SitePackages.none(interpreter), cache, requirements, offline, progress);
    }

    /** As above, with some of the packages those of the machine. */
    static VirtualEnvironment with(
            SitePackages site, Path cache, List<String> all, boolean offline, Progress progress) {
        List<String> requirements = site.without(all);
        Path directory = cache.resolve(key(site, requirements));
        Path lock = cache.resolve(directory.getFileName() + ".lock");
        try {
            Files.createDirectories(cache);
            // Two builds of one machine may want the same environment at the same time: the second waits for the first.
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                if (!held.isValid() || !Files.exists(directory.resolve(COMPLETE))) {
                    if (offline && !requirements.isEmpty()) {
                        throw OfflinePackages.missing("The Python packages of this environment", requirements);
                    }
                    make(site, directory, requirements, progress);
                }
            }
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot make a virtual environment in " + directory + ": " + e)
                    .cause(e)
                    .build();
        }
        return new VirtualEnvironment(python(directory), directory);
    }

    /** A run of this environment's interpreter. */
    public ProcessRun run(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(executable.toString());
        command.addAll(arguments);
        return new ProcessRun(command).environment("PYTHONUTF8", "1").environment("PYTHONDONTWRITEBYTECODE", "1");
    }

    private static void make(SitePackages site, Path directory, List<String> requirements, Progress progress)
            throws IOException {
        progress.info("Making a virtual environment for " + requirements.size() + " requirements (once)");
        Folders.delete(directory);
        List<String> make = new ArrayList<>(List.of("-m", "venv", directory.toString()));
        if (!site.versions().isEmpty()) {
            make.add("--system-site-packages");
            progress.info("Of this machine (" + site.interpreter().executable() + "): "
                    + String.join(", ", site.constraints()));
        }
        succeed(site.interpreter().run(make), "python -m venv");
        if (!requirements.isEmpty()) {
            install(new VirtualEnvironment(python(directory), directory), requirements, site.constraints());
        }
        Files.writeString(directory.resolve(COMPLETE), "");
    }

    private static void install(VirtualEnvironment environment, List<String> requirements, List<String> constraints)
            throws IOException {
        try (RequirementsFile file = RequirementsFile.in(environment.directory(), requirements, "")) {
            List<String> command = List.of("-m", "pip", "install", "--quiet", "--no-input", "--requirement");
            List<String> arguments = new ArrayList<>(command);
            arguments.add(file.path().toString());
            if (!constraints.isEmpty()) {
                Path pins = Files.write(environment.directory().resolve("constraints.txt"), constraints);
                arguments.addAll(List.of("--constraint", pins.toString()));
            }
            succeed(environment.run(arguments).limit(INSTALL_LIMIT), "pip install " + String.join(" ", requirements));
        }
    }

    private static void succeed(ProcessRun run, String what) {
        ProcessOutput output = run.run();
        if (output.exitCode() != 0) {
            throw AmlException.of(
                            ErrorCode.PYTHON_DEPENDENCIES,
                            IndexCredentials.masked("'" + what + "' ended with exit code " + output.exitCode() + ":\n  "
                                    + String.join("\n  ", output.tail(8))))
                    .remedy(
                            "Correct the requirement in the environment's conda or pip file, or check the network and pip's index.")
                    .build();
        }
    }

    private static Path python(Path directory) {
        Path windows = directory.resolve("Scripts").resolve("python.exe");
        return Files.exists(windows) ? windows : directory.resolve("bin").resolve("python");
    }

    private static String key(SitePackages site, List<String> requirements) {
        String text =
                site.interpreter().executable() + "\n" + site.interpreter().version() + "\n"
                        + String.join("\n", requirements.stream().sorted().toList());
        return Sha256.of(site.versions().isEmpty() ? text : text + "\nsite " + String.join(" ", site.constraints()))
                .substring(0, 24);
    }
}
