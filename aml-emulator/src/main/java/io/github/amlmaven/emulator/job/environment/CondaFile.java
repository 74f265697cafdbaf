package io.github.amlmaven.emulator.job.environment;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads a conda environment file as pip requirements. Channels do not matter; a conda package is taken when PyPI has the
 * same software, under the name in {@code conda-packages.properties}. A name that is not listed there is refused rather
 * than looked up, because the PyPI project of that name may be anybody's.
 */
final class CondaFile {

    /** https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html: name, version, build. */
    private static final Pattern SPEC = Pattern.compile("(?:[^:\\s]+::)?([A-Za-z0-9_.-]+)\\s*(.*)");

    private static final Pattern EXACT = Pattern.compile("==\\s*([^=\\s]+)(?:[=\\s].*)?");
    private static final Pattern FUZZY = Pattern.compile("=\\s*([^=\\s]+)(?:[=\\s].*)?");
    private static final Pattern SPACED = Pattern.compile("(\\d[^=\\s]*)(?:\\s.*)?");
    private static final Pattern RANGE = Pattern.compile("(?:[<>!]=?|~=)[^|]*");

    private static final Properties PACKAGES = packages();

    private final List<String> requirements = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private String python = "";

    private CondaFile() {}

    /** @throws EnvironmentFailure when the text is no conda file, or names packages that pip cannot install */
    static PythonEnvironment parse(String text) throws EnvironmentFailure {
        Object root;
        try {
            root = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        } catch (YAMLException e) {
            throw new EnvironmentFailure("The conda file is not valid YAML: " + e.getMessage());
        }
        if (!(root instanceof Map<?, ?> map)) {
            throw new EnvironmentFailure("The conda file must be a mapping with 'dependencies'.");
        }
        Object dependencies = map.get("dependencies");
        CondaFile file = new CondaFile();
        if (dependencies instanceof List<?> list) {
            for (Object dependency : list) {
                file.add(dependency);
            }
        } else if (dependencies != null) {
            throw new EnvironmentFailure("The conda file's 'dependencies' must be a list.");
        }
        if (!file.unknown.isEmpty()) {
            throw new EnvironmentFailure("The conda file names packages that have no known counterpart on PyPI: "
                    + String.join(", ", file.unknown)
                    + ". Jobs run here in a pip virtual environment; put Python packages under '- pip:' and remove the"
                    + " others.");
        }
        return new PythonEnvironment(file.python, file.requirements);
    }

    private void add(Object dependency) throws EnvironmentFailure {
        if (dependency instanceof String spec) {
            addConda(spec.strip());
        } else if (dependency instanceof Map<?, ?> map && map.size() == 1 && map.get("pip") instanceof List<?> list) {
            for (Object line : list) {
                requirements.add(Objects.toString(line, "").strip());
            }
        } else if (!(dependency instanceof Map<?, ?> map && map.containsKey("pip") && map.get("pip") == null)) {
            throw new EnvironmentFailure(
                    "The conda file has a dependency that is neither text nor a pip list: " + dependency);
        }
    }

    private void addConda(String spec) throws EnvironmentFailure {
        Matcher matcher = SPEC.matcher(spec);
        if (!matcher.matches()) {
            throw new EnvironmentFailure("The conda file has a dependency that cannot be read: '" + spec + "'.");
        }
        String name = matcher.group(1).toLowerCase(Locale.ROOT);
        String version = matcher.group(2).strip();
        if (name.equals("python")) {
            python = version;
            return;
        }
        String target = PACKAGES.getProperty(name);
        if (target == null) {
            unknown.add(spec);
        } else if (!target.isEmpty()) {
            requirements.add(target + pipVersion(spec, version));
        }
    }

    private static String pipVersion(String spec, String version) throws EnvironmentFailure {
        if (version.isEmpty() || version.equals("*")) {
            return "";
        }
        Matcher exact = EXACT.matcher(version);
        if (exact.matches()) {
            return "==" + exact.group(1);
        }
        Matcher fuzzy = FUZZY.matcher(version);
        if (fuzzy.matches()) {
            return "==" + (fuzzy.group(1).endsWith("*") ? fuzzy.group(1) : fuzzy.group(1) + ".*");
        }
        Matcher spaced = SPACED.matcher(version);
        if (spaced.matches() && version.indexOf('|') < 0) {
            return "==" + spaced.group(1);
        }
        if (RANGE.matcher(version).matches()) {
            return version;
        }
        throw new EnvironmentFailure("The conda file has a version that pip cannot express: '" + spec + "'.");
    }

    private static Properties packages() {
        Properties properties = new Properties();
        try (InputStream in = Objects.requireNonNull(CondaFile.class.getResourceAsStream("conda-packages.properties"));
                Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            properties.load(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
