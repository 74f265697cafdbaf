package io.github.amlmaven.core.python;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Python interpreter of this machine that is new enough and can make virtual environments.
 *
 * @param executable the real interpreter, behind version managers' shims
 * @param version all of it: {@code 3.11.7}
 * @param prefix where this interpreter's installation is rooted, behind a virtual environment
 */
public record PythonInterpreter(Path executable, String version, Path prefix) {

    private static final int OLDEST_MINOR = 10;

    private static final String PROBE = "import json,sys,importlib.util as u;"
            + "e=getattr(sys,'_base_executable',None) or sys.executable;"
            + "print('aml-probe:'+json.dumps({'e':e,'v':'.'.join(map(str,sys.version_info[:3])),'p':sys.base_prefix,"
            + "'i':sys.implementation.name,'venv':bool(u.find_spec('venv') and u.find_spec('ensurepip'))}))";

    /**
     * Finds the interpreter to use.
     *
     * @param configured the user's choice; without one {@code python3}, {@code python} and the versioned names are
     *     looked up on the path
     * @throws AmlException {@link ErrorCode#PYTHON_NOT_FOUND} that says what each candidate lacks
     */
    public static PythonInterpreter find(Optional<Path> configured) {
        return find(configured, StampIndex.none());
    }

    /**
     * As the other one.
     *
     * @param index remembers what each interpreter said, as long as it does not change
     */
    public static PythonInterpreter find(Optional<Path> configured, StampIndex index) {
        KnownInterpreters known = new KnownInterpreters(index);
        List<String> rejected = new ArrayList<>();
        for (String candidate : configured.map(path -> List.of(path.toString())).orElseGet(() -> candidates())) {
            Optional<PythonInterpreter> found = known.of(candidate, () -> probe(candidate, rejected));
            if (found.isPresent()) {
                return found.get();
            }
        }
        String where = configured.isPresent() ? "" : " on the PATH";
        throw AmlException.of(
                        ErrorCode.PYTHON_NOT_FOUND,
                        "No Python 3." + OLDEST_MINOR + " or later with venv" + where + ": "
                                + String.join("; ", rejected))
                .build();
    }

    /**
     * An interpreter of one minor version.
     *
     * @param minorVersion {@code 3.11}
     * @param first looked at before the path
     * @param index remembers what each interpreter said, as long as it does not change
     */
    public static Optional<PythonInterpreter> findVersion(
            String minorVersion, PythonInterpreter first, StampIndex index) {
        String command = "python" + minorVersion;
        return first.minorVersion().equals(minorVersion)
                ? Optional.of(first)
                : new KnownInterpreters(index)
                        .of(command, () -> probe(command, new ArrayList<>()))
                        .filter(found -> found.minorVersion().equals(minorVersion));
    }

    /** The interpreter at this place; empty when it cannot be used. */
    static Optional<PythonInterpreter> at(Path executable) {
        return probe(executable.toString(), new ArrayList<>());
    }

    /** Major and minor version: {@code 3.11}. */
    public String minorVersion() {
        return version.substring(0, version.lastIndexOf('.'));
    }

    /** What tells, by their times, that this is still the same interpreter: the program and what it loads first. */
    public List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(executable));
        for (Path folder : List.of(prefix.resolve("lib"), prefix.resolve("lib64"))) {
            files.addAll(Stream.of("", "python" + minorVersion(), "libpython" + minorVersion() + ".so.1.0")
                    .map(folder::resolve)
                    .filter(Files::exists)
                    .toList());
        }
        return files;
    }

    /** A run of this interpreter in UTF-8 mode, whatever the machine's locale is. */
    public ProcessRun run(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(executable.toString());
        command.addAll(arguments);
        return new ProcessRun(command).environment("PYTHONUTF8", "1").environment("PYTHONDONTWRITEBYTECODE", "1");
    }

    private static List<String> candidates() {
        if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")) {
            return List.of("python", "python3", "py");
        }
        return List.of("python3", "python", "python3.13", "python3.12", "python3.11", "python3.10");
    }

    private static Optional<PythonInterpreter> probe(String candidate, List<String> rejected) {
        try {
            ProcessOutput output = new ProcessRun(List.of(candidate, "-c", PROBE))
                    .limit(Duration.ofSeconds(30))
                    .run();
            Optional<String> answer = output.lines().stream()
                    .filter(line -> line.startsWith("aml-probe:"))
                    .findFirst();
            if (answer.isEmpty()) {
                rejected.add(candidate + " does not run (" + String.join(" ", output.tail(1)) + ")");
                return Optional.empty();
            }
            JsonNode probe = new ObjectMapper().readTree(answer.get().substring("aml-probe:".length()));
            return judge(candidate, probe, rejected);
        } catch (AmlException e) {
            rejected.add(candidate + " is not there");
            return Optional.empty();
        } catch (JsonProcessingException e) {
            rejected.add(candidate + " gives no readable answer");
            return Optional.empty();
        }
    }

    private static Optional<PythonInterpreter> judge(String candidate, JsonNode probe, List<String> rejected) {
        String version = probe.path("v").asText();
        String[] parts = version.split("\\.", -1);
        if (!"cpython".equals(probe.path("i").asText())) {
            rejected.add(candidate + " is not CPython");
        } else if (!"3".equals(parts[0]) || Integer.parseInt(parts[1]) < OLDEST_MINOR) {
            rejected.add(candidate + " is " + version);
        } else if (!probe.path("venv").asBoolean()) {
            rejected.add(candidate + " (" + version + ") lacks venv: install python3-venv");
        } else {
            return Optional.of(new PythonInterpreter(
                    Path.of(probe.path("e").asText()),
                    version,
                    Path.of(probe.path("p").asText())));
        }
        return Optional.empty();
    }
}
