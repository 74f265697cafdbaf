package io.github.amlmaven.core.python;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Distributions that are taken from a Python of this machine as they are installed there, instead of from pip: PyPI's
 * {@code torch} for Linux comes with gigabytes of GPU libraries, Debian's {@code python3-torch} without.
 *
 * @param interpreter that has them
 * @param versions by the distribution's name on PyPI; empty when nothing is taken
 */
public record SitePackages(PythonInterpreter interpreter, Map<String, String> versions) {

    private static final Pattern NAME = Pattern.compile("\\s*([A-Za-z0-9][A-Za-z0-9._-]*).*");

    private static final String VERSIONS = """
            import sys
            from importlib.metadata import version, PackageNotFoundError
            for name in sys.argv[1:]:
                try:
                    print("aml-site:" + name + "=" + version(name))
                except PackageNotFoundError:
                    pass
            """;

    public SitePackages {
        versions = Map.copyOf(versions);
    }

    /** Nothing is taken from the machine. */
    static SitePackages none(PythonInterpreter interpreter) {
        return new SitePackages(interpreter, Map.of());
    }

    /**
     * Finds the Python that has what the requirements ask for and the user wants to be the machine's.
     *
     * @param wanted names as on PyPI
     * @param preferred used when nothing is to be taken, and looked at first
     * @throws AmlException {@link ErrorCode#PYTHON_NOT_FOUND} when no Python on the path has all of it
     */
    static SitePackages find(Collection<String> wanted, List<String> requirements, PythonInterpreter preferred) {
        List<String> names =
                wanted.stream().map(SitePackages::normalised).distinct().toList();
        List<String> taken = requirements.stream()
                .flatMap(line -> name(line).stream())
                .filter(names::contains)
                .distinct()
                .toList();
        if (taken.isEmpty()) {
            return none(preferred);
        }
        List<String> looked = new ArrayList<>();
        for (Optional<PythonInterpreter> candidate : candidates(preferred)) {
            if (candidate.isPresent()) {
                Map<String, String> versions = versions(candidate.get(), taken);
                if (versions.keySet().containsAll(taken)) {
                    return new SitePackages(candidate.get(), versions);
                }
                looked.add(candidate.get().executable().toString());
            }
        }
        throw AmlException.of(
                        ErrorCode.PYTHON_NOT_FOUND,
                        "No Python on the PATH has installed " + String.join(", ", taken) + "; looked at "
                                + String.join(", ", looked))
                .remedy("Install them for one Python, name it by -Daml.python, or do not name them in"
                        + " -Daml.sitePackages (AML_SITE_PACKAGES).")
                .build();
    }

    /** What pip is to install. */
    List<String> without(List<String> requirements) {
        return requirements.stream()
                .filter(line -> name(line).filter(versions::containsKey).isEmpty())
                .toList();
    }

    /** That pip does with what is there, or says that it cannot. */
    List<String> constraints() {
        return new TreeMap<>(versions)
                .entrySet().stream()
                        .map(pin -> pin.getKey() + "==" + pin.getValue())
                        .toList();
    }

    private static List<Optional<PythonInterpreter>> candidates(PythonInterpreter preferred) {
        List<Optional<PythonInterpreter>> candidates = new ArrayList<>(List.of(Optional.of(preferred)));
        SearchPath.programs("python3").map(PythonInterpreter::at).forEach(candidates::add);
        return candidates;
    }

    private static Map<String, String> versions(PythonInterpreter python, List<String> names) {
        List<String> command = new ArrayList<>(List.of("-I", "-c", VERSIONS));
        command.addAll(names);
        Map<String, String> versions = new TreeMap<>();
        python.run(command).run().lines().stream()
                .filter(line -> line.startsWith("aml-site:"))
                .map(line -> line.substring("aml-site:".length()).split("=", 2))
                .forEach(pair -> versions.put(pair[0], pair[1]));
        return versions;
    }

    /** Empty for pip's options. */
    private static Optional<String> name(String requirement) {
        Matcher matcher = NAME.matcher(requirement);
        return matcher.matches() ? Optional.of(normalised(matcher.group(1))) : Optional.empty();
    }

    /** PEP 503. */
    private static String normalised(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
    }
}
