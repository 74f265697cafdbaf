package io.github.amlmaven.core.image.python;

import io.github.amlmaven.core.python.IndexCredentials;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a project asks of Python.
 *
 * @param pythonVersion major and minor ({@code 3.11}), where the file says
 * @param requirements PEP 508 requirements in the order of the file
 * @param options pip options of the file: {@code --index-url} and the like
 * @param warnings what the user should know, one sentence each
 */
public record PythonRequirements(
        Optional<String> pythonVersion, List<String> requirements, List<String> options, List<String> warnings) {

    private static final Pattern NAME = Pattern.compile("^([A-Za-z0-9][A-Za-z0-9._-]*)");

    public PythonRequirements {
        requirements = List.copyOf(requirements);
        options = List.copyOf(options);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads an AML environment ({@code conda_file}), a conda file ({@code dependencies}) or pip's {@code
     * requirements.txt}.
     *
     * @param project what messages name the file relative to
     * @throws io.github.amlmaven.core.error.AmlException when the file cannot be read or names what no package index has
     */
    public static PythonRequirements read(Path file, Path project) {
        return DependencyFile.read(file, project);
    }

    /** No requirements at all. */
    public static PythonRequirements none() {
        return new PythonRequirements(Optional.empty(), List.of(), List.of(), List.of());
    }

    /** These requirements and one more, unless the file names that package itself. */
    public PythonRequirements withDefault(String requirement) {
        String wanted = normalizedName(requirement);
        if (requirements.stream().map(PythonRequirements::normalizedName).anyMatch(wanted::equals)) {
            return this;
        }
        List<String> more = new ArrayList<>(requirements);
        more.add(requirement);
        return new PythonRequirements(pythonVersion, more, options, warnings);
    }

    /** Without the credentials that an index's address may have. */
    @Override
    public String toString() {
        return "PythonRequirements[pythonVersion=" + pythonVersion + ", requirements="
                + IndexCredentials.masked(requirements.toString()) + ", options="
                + IndexCredentials.masked(options.toString()) + ", warnings=" + warnings + "]";
    }

    /** The project name of a requirement as PEP 503 compares it. */
    static String normalizedName(String requirement) {
        Matcher matcher = NAME.matcher(requirement.trim());
        String name = matcher.find() ? matcher.group(1) : requirement.trim();
        return name.replaceAll("[-_.]+", "-").toLowerCase(Locale.ROOT);
    }
}
