package io.github.amlmaven.emulator.job.environment;

import io.github.amlmaven.emulator.job.process.FolderTree;
import io.github.amlmaven.emulator.job.process.LogTail;
import io.github.amlmaven.emulator.job.process.ProcessGang;
import io.github.amlmaven.emulator.job.process.ProcessGroup;
import io.github.amlmaven.emulator.job.process.Programs;
import io.github.amlmaven.emulator.job.process.Stop;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual environments by content: interpreter and requirements name the folder, and a marker file written last says that
 * it is whole. Jobs that need the same one at the same time share one build.
 */
public final class EnvironmentCache {

    private static final String MARKER = "complete";
    private static final String MAKER = script("make_environment.py");

    private final Path folder;
    private final BooleanSupplier online;
    private final Map<String, ReentrantLock> builds = new ConcurrentHashMap<>();
    private @Nullable PythonInterpreters interpreters;

    /**
     * @param folder made when missing
     * @param online whether pip may ask its index
     */
    public EnvironmentCache(Path folder, BooleanSupplier online) {
        this.folder = folder;
        this.online = online;
    }

    /**
     * A usable virtual environment.
     *
     * @param path its folder
     * @param note what the job's log should say about it, or empty
     */
    public record VirtualEnvironment(Path path, String note) {
        /** The folder of its programs, to go first on PATH. */
        public Path programs() {
            return path.resolve(Programs.windows() ? "Scripts" : "bin");
        }
    }

    /**
     * Reads what an environment version asks for.
     *
     * @param condaFile the text of the environment's conda file, or empty
     * @throws EnvironmentFailure when it cannot be provided here
     */
    public static PythonEnvironment read(String condaFile) throws EnvironmentFailure {
        return condaFile.isBlank() ? PythonEnvironment.PLAIN : CondaFile.parse(condaFile);
    }

    /**
     * The virtual environment for these requirements, built unless it is there.
     *
     * @param environment of the programs that build it
     * @param log what they print is appended here
     * @throws EnvironmentFailure when Python or pip refuse
     * @throws Stop.StoppedException when the stop was requested first
     */
    public VirtualEnvironment obtain(PythonEnvironment wanted, Map<String, String> environment, Path log, Stop stop)
            throws IOException, Stop.StoppedException {
        PythonInterpreters.Choice choice = interpreters().choose(wanted.python());
        String key = key(choice.interpreter(), wanted.requirements());
        Path path = folder.resolve(key);
        if (!Files.exists(path.resolve(MARKER))) {
            ReentrantLock lock = builds.computeIfAbsent(key, any -> new ReentrantLock());
            acquire(lock, stop);
            try {
                if (!Files.exists(path.resolve(MARKER))) {
                    if (!wanted.requirements().isEmpty() && !online.getAsBoolean()) {
                        throw new EnvironmentFailure("The environment's packages ("
                                + String.join(", ", wanted.requirements())
                                + ") are not in the emulator's cache, and the build is offline: run the job once without"
                                + " -o.");
                    }
                    build(path, choice.interpreter(), wanted.requirements(), new Shell(environment, log, stop));
                }
            } finally {
                lock.unlock();
            }
        }
        return new VirtualEnvironment(path, choice.note());
    }

    private void build(Path path, PythonInterpreters.Interpreter python, List<String> requirements, Shell shell)
            throws IOException, Stop.StoppedException {
        FolderTree.delete(path);
        Files.createDirectories(path);
        shell.run(
                "Python " + python.version()
                        + " could not make a virtual environment (on Debian it needs python3-venv)",
                path,
                List.of(python.executable().toString(), "-I", "-c", MAKER, path.toString()));
        if (!requirements.isEmpty()) {
            Path file = Files.write(path.resolve("requirements.txt"), requirements);
            String program = new VirtualEnvironment(path, "")
                    .programs()
                    .resolve("python")
                    .toString();
            shell.run(
                    "pip could not install the environment's packages",
                    path,
                    List.of(program, "-m", "pip", "install", "--no-input", "--quiet", "-r", file.toString()));
        }
        Files.writeString(path.resolve(MARKER), String.join("\n", requirements));
    }

    private static void acquire(ReentrantLock lock, Stop stop) throws Stop.StoppedException {
        try {
            while (!lock.tryLock(100, TimeUnit.MILLISECONDS)) {
                stop.check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stop.StoppedException(Stop.Reason.SHUTDOWN);
        }
    }

    private synchronized PythonInterpreters interpreters() {
        PythonInterpreters found = interpreters;
        if (found == null) {
            found = new PythonInterpreters();
            interpreters = found;
        }
        return found;
    }

    private static String key(PythonInterpreters.Interpreter python, List<String> requirements) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String text = python.executable() + "\n" + python.version() + "\n" + String.join("\n", requirements);
            return HexFormat.of()
                    .formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)))
                    .substring(0, 32);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String script(String name) {
        try (InputStream in = EnvironmentCache.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Shell(Map<String, String> environment, Path log, Stop stop) {

        void run(String failure, Path folder, List<String> command) throws IOException, Stop.StoppedException {
            Files.createDirectories(log.toAbsolutePath().getParent());
            ProcessGroup group = ProcessGroup.start(command, folder, environment, log);
            ProcessGang.Outcome outcome = new ProcessGang(List.of(group)).await(Optional.empty(), stop);
            if (!outcome.equals(new ProcessGang.Outcome.Exited(0, 0))) {
                throw new EnvironmentFailure(failure + ":\n" + LogTail.of(log, 15));
            }
        }
    }
}
