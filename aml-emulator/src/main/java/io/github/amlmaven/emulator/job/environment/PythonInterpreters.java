package io.github.amlmaven.emulator.job.environment;

import io.github.amlmaven.emulator.job.process.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The Python interpreters of the host that can run jobs: 3.10 or newer, {@code AML_PYTHON} first, then those on the PATH.
 */
final class PythonInterpreters {

    private static final int OLDEST = 10;
    private static final int NEWEST = 20;
    private static final Pattern VERSION = Pattern.compile("(\\D*)3\\.(\\d+).*");

    /** Prints {@code name=version} for each distribution that is installed. */
    private static final String VERSIONS = """
            import sys
            from importlib.metadata import version, PackageNotFoundError
            for name in sys.argv[1:]:
                try:
                    print(name + "=" + version(name))
                except PackageNotFoundError:
                    pass
            """;

    private static final Pattern REPORTED = Pattern.compile("3\\.(\\d+)\\.\\d+.*");

    private final List<Interpreter> installed;
    private final Map<Set<String>, Found> found = new ConcurrentHashMap<>();

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

    /** @param versions of the distributions that were looked for, by name */
    record Found(Interpreter interpreter, Map<String, String> versions) {}

    /**
     * The first interpreter that has all these distributions. Also those that another of the same name hides on the PATH are
     * looked at: the system's Python, whose packages are the system's, often is behind a version manager's.
     *
     * @param distributions their names on PyPI
     */
    Found with(Set<String> distributions) throws EnvironmentFailure {
        Found known = found.get(distributions);
        if (known != null) {
            return known;
        }
        List<Interpreter> looked = new ArrayList<>();
        // One after the other: a probe takes its time where a version manager stands in front.
        Iterator<Interpreter> candidates = Stream.concat(
                        installed.stream(),
                        Stream.of("python3", "python").flatMap(Programs::all).flatMap(path -> probe(path).stream()))
                .iterator();
        while (candidates.hasNext()) {
            Interpreter candidate = candidates.next();
            Map<String, String> versions = versions(candidate, distributions);
            if (versions.keySet().containsAll(distributions)) {
                Found first = new Found(candidate, versions);
                found.put(distributions, first);
                return first;
            }
            looked.add(candidate);
        }
        throw new EnvironmentFailure(SitePackages.VARIABLE + " names " + String.join(", ", distributions)
                + ", but no Python 3." + OLDEST + " or newer on the PATH has all of them installed. Looked at "
                + String.join(
                        ", ",
                        looked.stream()
                                .map(each -> each.executable().toString())
                                .distinct()
                                .toList())
                + ".");
    }

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
        String chosen = System.getenv("AML_PYTHON");
        Stream<Path> first = chosen == null || chosen.isBlank() ? Stream.empty() : Stream.of(Path.of(chosen));
        return Stream.concat(first, names.stream().map(Programs::find).flatMap(Optional::stream))
                .map(PythonInterpreters::probe)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Interpreter> probe(Path executable) {
        String version = ask(executable, "import platform;print(platform.python_version())");
        Matcher matcher = REPORTED.matcher(version);
        return matcher.matches() && Integer.parseInt(matcher.group(1)) >= OLDEST
                ? Optional.of(new Interpreter(executable, Integer.parseInt(matcher.group(1)), version))
                : Optional.empty();
    }

    private static Map<String, String> versions(Interpreter python, Set<String> distributions) {
        Map<String, String> versions = new TreeMap<>();
        ask(python.executable(), VERSIONS, distributions.toArray(String[]::new))
                .lines()
                .map(line -> line.split("=", 2))
                .filter(pair -> pair.length == 2)
                .forEach(pair -> versions.put(pair[0], pair[1]));
        return versions;
    }

    /** What a program of one line prints; empty when it cannot be run. */
    private static String ask(Path executable, String program, String... arguments) {
        try {
            List<String> command = new ArrayList<>(List.of(executable.toString(), "-I", "-c", program));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String printed;
            try (var out = process.getInputStream()) {
                printed = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "";
            }
            return printed;
        } catch (IOException e) {
            // A file of that name which is no program for this machine: as good as not installed.
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
