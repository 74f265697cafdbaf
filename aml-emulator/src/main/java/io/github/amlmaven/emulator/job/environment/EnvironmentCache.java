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
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual environments by content: interpreter and requirements name the folder, and a marker file written last says that
 * it is whole. Jobs that need the same one at the same time share one build, also those of other emulators that have the
 * same cache.
 */
public final class EnvironmentCache {

    /** A folder that all emulators of a user or of a build share, instead of one in each emulator's home. */
    static final String VARIABLE = "AML_EMULATOR_ENVIRONMENTS";

    private static final String MARKER = "complete";
    private static final String MAKER = script("make_environment.py");
    /** Of all caches in this process: a file lock holds off other processes only. */
    private static final Map<Path, ReentrantLock> BUILDS = new ConcurrentHashMap<>();

    private static final long POLL_MILLIS = 100;

    private final Path folder;
    private final BooleanSupplier online;
    private final SitePackages sitePackages;
    private @Nullable PythonInterpreters interpreters;

    /**
     * @param folder made when missing
     * @param online whether pip may ask its index
     */
    public EnvironmentCache(Path folder, BooleanSupplier online) {
        this(folder, online, SitePackages.configured());
    }

    /**
     * Where an emulator keeps its environments.
     *
     * @param home the emulator's
     * @param shared what the environment variable {@code AML_EMULATOR_ENVIRONMENTS} says, if anything
     */
    public static Path folder(Path home, @Nullable String shared) {
        return shared == null || shared.isBlank() ? home.resolve("environments") : Path.of(shared);
    }

    /** As {@link #folder(Path, String)}, with this process's own variable. */
    public static Path folder(Path home) {
        return folder(home, System.getenv(VARIABLE));
    }

    /** @param sitePackages what is not installed by pip, but taken from the host's Python */
    EnvironmentCache(Path folder, BooleanSupplier online, SitePackages sitePackages) {
        this.folder = folder;
        this.online = online;
        this.sitePackages = sitePackages;
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
        Recipe recipe = recipe(wanted);
        Path path = folder.resolve(recipe.key());
        if (!Files.exists(path.resolve(MARKER))) {
            ReentrantLock lock = BUILDS.computeIfAbsent(path.toAbsolutePath().normalize(), any -> new ReentrantLock());
            acquire(() -> lock.tryLock(POLL_MILLIS, TimeUnit.MILLISECONDS), stop);
            try {
                obtainAlone(path, recipe, new Shell(environment, log, stop));
            } finally {
                lock.unlock();
            }
        }
        return new VirtualEnvironment(path, recipe.note());
    }

    private void obtainAlone(Path path, Recipe recipe, Shell shell) throws IOException, Stop.StoppedException {
        Files.createDirectories(folder);
        try (FileChannel channel = FileChannel.open(
                folder.resolve(recipe.key() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // The channel's end lets the lock go, the process's end too.
            acquire(() -> locked(channel), shell.stop());
            if (Files.exists(path.resolve(MARKER))) {
                return;
            }
            if (!recipe.requirements().isEmpty() && !online.getAsBoolean()) {
                throw new EnvironmentFailure("The environment's packages (" + String.join(", ", recipe.requirements())
                        + ") are not in the emulator's cache, and the build is offline: run it once without -o.");
            }
            build(path, recipe, shell);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException, InterruptedException {
        if (channel.tryLock() != null) {
            return true;
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        return false;
    }

    /** What is built: {@code site} has the versions of the distributions that are the host's, by name. */
    private record Recipe(
            PythonInterpreters.Interpreter python, List<String> requirements, Map<String, String> site, String note) {

        String key() {
            String text = python.executable() + "\n" + python.version() + "\n" + String.join("\n", requirements);
            return digest(site.isEmpty() ? text : text + "\nsite " + new TreeMap<>(site));
        }
    }

    private Recipe recipe(PythonEnvironment wanted) throws EnvironmentFailure {
        List<String> taken = sitePackages.in(wanted.requirements());
        if (taken.isEmpty()) {
            PythonInterpreters.Choice choice = interpreters().choose(wanted.python());
            return new Recipe(choice.interpreter(), wanted.requirements(), Map.of(), choice.note());
        }
        PythonInterpreters.Found found = interpreters().with(Set.copyOf(taken));
        String versions = String.join(
                ", ",
                taken.stream()
                        .map(name -> name + " " + found.versions().get(name))
                        .toList());
        return new Recipe(
                found.interpreter(),
                sitePackages.without(wanted.requirements()),
                found.versions(),
                "Of this machine, not of the environment (" + SitePackages.VARIABLE + "): " + versions
                        + ", with Python " + found.interpreter().version() + " ("
                        + found.interpreter().executable() + ").");
    }

    private void build(Path path, Recipe recipe, Shell shell) throws IOException, Stop.StoppedException {
        FolderTree.delete(path);
        Files.createDirectories(path);
        List<String> make =
                new ArrayList<>(List.of(recipe.python().executable().toString(), "-I", "-c", MAKER, path.toString()));
        make.addAll(recipe.site().keySet());
        shell.run(
                "Python " + recipe.python().version()
                        + " could not make a virtual environment (on Debian it needs python3-venv)",
                path,
                make);
        if (!recipe.requirements().isEmpty()) {
            Path file = Files.write(path.resolve("requirements.txt"), recipe.requirements());
            String program = new VirtualEnvironment(path, "")
                    .programs()
                    .resolve("python")
                    .toString();
            List<String> install = new ArrayList<>(
                    List.of(program, "-m", "pip", "install", "--no-input", "--quiet", "-r", file.toString()));
            if (!recipe.site().isEmpty()) {
                // pip must do with what is there, or say that it cannot: never put another one beside it.
                List<String> pins = recipe.site().entrySet().stream()
                        .map(pin -> pin.getKey() + "==" + pin.getValue())
                        .toList();
                install.addAll(List.of(
                        "-c", Files.write(path.resolve("constraints.txt"), pins).toString()));
            }
            shell.run("pip could not install the environment's packages", path, install);
        }
        Files.writeString(path.resolve(MARKER), String.join("\n", recipe.requirements()));
    }

    private interface Attempt {
        boolean succeeds() throws IOException, InterruptedException;
    }

    private static void acquire(Attempt attempt, Stop stop) throws IOException, Stop.StoppedException {
        try {
            while (!attempt.succeeds()) {
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

    private static String digest(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
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
