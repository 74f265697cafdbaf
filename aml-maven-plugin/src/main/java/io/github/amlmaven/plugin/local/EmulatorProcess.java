package io.github.amlmaven.plugin.local;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.emulator.EmulatorMain;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts an emulator in a process of its own, on the class path of this plugin. */
public final class EmulatorProcess {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    /**
     * The second compiler takes its time at a start, and for an emulator of a few requests that is all there is; but only it
     * uses the processor's instructions for AES and hashes, without which a large model takes five times as long. So it comes, ten
     * times later than usual.
     */
    private static final List<String> JVM = List.of(
            "-XX:+UseSerialGC",
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000");

    private EmulatorProcess() {}

    /**
     * Starts it and waits until it answers.
     *
     * @param archives folder of class archives that later starts are quicker by
     * @param writeArchive whether this process may leave one
     * @return the emulator, which outlives this build
     */
    public static RunningEmulator start(
            EmulatorOptions options, Path archives, boolean writeArchive, Progress progress) {
        Path log = options.home().resolve("emulator.log");
        try {
            Files.createDirectories(options.home());
            Path arguments = Files.createTempFile("aml-emulator", ".args");
            // An argument file: the class path of a plugin can be longer than a command line may be.
            String classPath = classPath();
            List<String> lines =
                    new ArrayList<>(ClassArchive.options(archives, classPath, writeArchive, progress).stream()
                            .map(EmulatorProcess::quoted)
                            .toList());
            lines.addAll(argumentLines(options, classPath));
            Files.write(arguments, lines);
            Process process = new ProcessBuilder(java(), "@" + arguments)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(nothing()))
                    .start();
            try {
                return awaitStart(process, options.home(), log, progress);
            } finally {
                Files.deleteIfExists(arguments);
            }
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.EMULATOR_FAILED, "cannot start the emulator: " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    private static RunningEmulator awaitStart(Process process, Path home, Path log, Progress progress)
            throws IOException {
        long started = System.nanoTime();
        while (true) {
            Optional<RunningEmulator> running = RunningEmulator.in(home);
            if (running.isPresent()) {
                return running.get();
            }
            Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
            progress.waiting("emulator", "starting", elapsed, START_LIMIT);
            if (!process.isAlive() || elapsed.compareTo(START_LIMIT) > 0) {
                process.destroy();
                throw AmlException.of(
                                ErrorCode.EMULATOR_FAILED,
                                (process.isAlive() ? "the emulator does not answer" : "the emulator has ended")
                                        + " after " + elapsed.toSeconds() + " s:\n  " + lastLines(log))
                        .remedy("See " + log)
                        .build();
            }
            pause(process);
        }
    }

    private static void pause(Process process) {
        try {
            process.waitFor(50, java.util.concurrent.TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroy();
            throw AmlException.of(ErrorCode.EMULATOR_FAILED, "interrupted while the emulator was starting")
                    .cause(e)
                    .build();
        }
    }

    private static List<String> argumentLines(EmulatorOptions options, String classPath) {
        List<String> lines = new ArrayList<>();
        lines.addAll(JVM);
        lines.add("-cp");
        lines.add(quoted(classPath));
        lines.add(EmulatorMain.class.getName());
        lines.add("--home");
        lines.add(quoted(options.home().toString()));
        lines.add("--subscription");
        lines.add(quoted(options.subscriptionId()));
        lines.add("--resource-group");
        lines.add(quoted(options.resourceGroup()));
        lines.add("--workspace");
        lines.add(quoted(options.workspace()));
        if (options.httpsPort() != 0) {
            lines.add("--https-port");
            lines.add(Integer.toString(options.httpsPort()));
        }
        if (options.httpPort() != 0) {
            lines.add("--http-port");
            lines.add(Integer.toString(options.httpPort()));
        }
        if (!options.upstream()) {
            lines.add("--no-upstream");
        }
        if (!options.strict()) {
            lines.add("--loose");
        }
        return lines;
    }

    private static String quoted(String argument) {
        return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String classPath() {
        if (!(EmulatorMain.class.getClassLoader() instanceof URLClassLoader realm)) {
            return System.getProperty("java.class.path", "");
        }
        return Stream.of(realm.getURLs()).map(EmulatorProcess::file).collect(Collectors.joining(File.pathSeparator));
    }

    private static String file(URL url) {
        try {
            return Path.of(url.toURI()).toString();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException("a class path entry is not a file: " + url, e);
        }
    }

    private static String java() {
        boolean windows = File.separatorChar == '\\';
        return Path.of(System.getProperty("java.home"), "bin", windows ? "java.exe" : "java")
                .toString();
    }

    private static File nothing() {
        return new File(File.separatorChar == '\\' ? "NUL" : "/dev/null");
    }

    private static String lastLines(Path log) throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join("\n  ", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }
}
