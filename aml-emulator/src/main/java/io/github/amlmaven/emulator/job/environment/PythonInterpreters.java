package io.github.amlmaven.emulator.job.environment;

import io.github.amlmaven.emulator.job.process.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The Python interpreters on the host's PATH that can run jobs: 3.10 or newer. */
final class PythonInterpreters {

    private static final int OLDEST = 10;
    private static final int NEWEST = 20;
    private static final Pattern VERSION = Pattern.compile("(\\D*)3\\.(\\d+).*");
    private static final Pattern REPORTED = Pattern.compile("3\\.(\\d+)\\.\\d+.*");

    private final List<Interpreter> installed;

    PythonInterpreters() {
        this(installed());
    }

    /** @param installed the host's default first */
    PythonInterpreters(List<Interpreter> installed) {
        this.installed = List.copyOf(installed);
    }

    /** @param version as {@code 3.11.7}; {@code minor} is its 11 */
    record Interpreter(Path executable, int minor, String version) {}

    /** @param note what to tell the user when another version than the one asked for is used, else empty */
    record Choice(Interpreter interpreter, String note) {}

    /** @param asked conda's version text, or empty */
    Choice choose(String asked) throws EnvironmentFailure {
        if (installed.isEmpty()) {
            throw new EnvironmentFailure("No Python 3." + OLDEST + " or newer is on the PATH of the emulator.");
        }
        if (asked.isEmpty()) {
            return new Choice(installed.get(0), "");
        }
        Matcher matcher = VERSION.matcher(asked);
        if (!matcher.matches()) {
            throw new EnvironmentFailure("The conda file asks for Python '" + asked + "'; only Python 3 is supported.");
        }
        int minor = Integer.parseInt(matcher.group(2));
        if (matcher.group(1).startsWith(">") && installed.get(0).minor() >= minor) {
            return new Choice(installed.get(0), "");
        }
        Interpreter nearest = installed.stream()
                .min(Comparator.comparingInt(each -> Math.abs(each.minor() - minor)))
                .orElseThrow();
        String note = nearest.minor() == minor
                ? ""
                : "The environment asks for Python " + asked.replaceFirst("^=+", "") + "; this machine's nearest is "
                        + nearest.version() + " (" + nearest.executable() + "), which is used.";
        return new Choice(nearest, note);
    }

    private static List<Interpreter> installed() {
        List<String> names = new ArrayList<>(List.of("python3", "python"));
        IntStream.rangeClosed(OLDEST, NEWEST)
                .mapToObj(minor -> "python3." + minor)
                .forEach(names::add);
        return names.stream()
                .map(Programs::find)
                .flatMap(Optional::stream)
                .map(PythonInterpreters::probe)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Interpreter> probe(Path executable) {
        try {
            Process process = new ProcessBuilder(
                            executable.toString(), "-I", "-c", "import platform;print(platform.python_version())")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String version;
            try (var out = process.getInputStream()) {
                version = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            Matcher matcher = REPORTED.matcher(version);
            return matcher.matches() && Integer.parseInt(matcher.group(1)) >= OLDEST
                    ? Optional.of(new Interpreter(executable, Integer.parseInt(matcher.group(1)), version))
                    : Optional.empty();
        } catch (IOException e) {
            // A file of that name which is no program for this machine: as good as not installed.
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
