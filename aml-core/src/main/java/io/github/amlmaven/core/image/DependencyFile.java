package io.github.amlmaven.core.image;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.python.IndexCredentials;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads the file that says which Python packages scoring needs: an AML environment ({@code conda_file}), a conda file
 * ({@code dependencies}) or pip's {@code requirements.txt}.
 */
final class DependencyFile {

    private static final List<String> INDEX_OPTIONS = List.of(
            "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--trusted-host", "--pre", "--no-index");

    private Optional<String> pythonVersion = Optional.empty();
    private final List<String> requirements = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<Path> reading = new ArrayList<>();

    private DependencyFile() {}

    static PythonRequirements read(Path file) {
        DependencyFile reader = new DependencyFile();
        reader.readAny(file);
        return new PythonRequirements(reader.pythonVersion, reader.requirements, reader.options, reader.warnings);
    }

    private void readAny(Path file) {
        if (reading.contains(file.normalize())) {
            throw invalid(file, "it includes itself");
        }
        reading.add(file.normalize());
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".yml") || name.endsWith(".yaml")) {
            readYaml(file);
        } else {
            readText(file).lines().forEach(line -> readLine(file, line));
        }
    }

    private void readYaml(Path file) {
        LoaderOptions limits = new LoaderOptions();
        limits.setAllowDuplicateKeys(false);
        limits.setMaxAliasesForCollections(20);
        limits.setNestingDepthLimit(50);
        Object document;
        try {
            document = new Yaml(new SafeConstructor(limits)).load(readText(file));
        } catch (YAMLException e) {
            throw AmlException.of(ErrorCode.YAML_SYNTAX, file + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
        if (!(document instanceof Map<?, ?> map)) {
            throw invalid(file, "it is not a YAML mapping");
        }
        readMapping(file, map);
    }

    private void readMapping(Path file, Map<?, ?> map) {
        Object conda = map.get("conda_file");
        if (conda instanceof String other) {
            readAny(file.resolveSibling(other.startsWith("file:") ? other.substring("file:".length()) : other));
        } else if (conda instanceof Map<?, ?> inline) {
            readMapping(file, inline);
        } else if (map.get("dependencies") instanceof List<?> dependencies) {
            dependencies.forEach(dependency -> readCondaDependency(file, dependency));
        } else if (conda != null || map.containsKey("dependencies")) {
            throw invalid(file, "'dependencies' is not a list");
        } else {
            warnings.add(file + " names no packages (neither 'conda_file' nor 'dependencies')");
        }
    }

    private void readCondaDependency(Path file, Object dependency) {
        if (dependency instanceof Map<?, ?> map && map.get("pip") instanceof List<?> lines) {
            lines.forEach(line -> readLine(file, String.valueOf(line)));
            return;
        }
        String spec = String.valueOf(dependency);
        String name = CondaPackages.name(spec)
                .orElseThrow(() -> invalid(file, "'" + spec + "' is not a conda package specification"));
        if (name.equals("python")) {
            pythonVersion = CondaPackages.pythonVersion(spec);
        } else if (!CondaPackages.isPythonPackage(name)) {
            warnings.add("conda package '" + name + "' is not a Python package: the base image has to bring it");
        } else if (!List.of("pip", "setuptools", "wheel").contains(name)) {
            addRequirement(CondaPackages.toRequirement(spec));
        }
    }

    private void readLine(Path file, String raw) {
        String line = raw.replaceFirst("(^|\\s)#.*$", "").trim();
        if (line.endsWith("\\")) {
            throw invalid(file, "continuation lines are for lock files: name it src/main/aml/requirements.lock");
        }
        if (line.isEmpty()) {
            return;
        }
        if (!line.startsWith("-")) {
            refuseSources(file, line);
            addRequirement(line);
            return;
        }
        String[] parts = line.split("[\\s=]+", 2);
        if (parts[0].equals("-r") || parts[0].equals("--requirement")) {
            readAny(file.resolveSibling(parts[1].trim()));
        } else if (INDEX_OPTIONS.contains(parts[0])) {
            options.add(parts[0]);
            if (parts.length == 2) {
                options.add(parts[1].trim());
            }
            if (parts[0].contains("index-url") || parts[0].equals("-i")) {
                warnings.add("packages come from another index: " + IndexCredentials.masked(parts[1].trim()));
            }
        } else {
            throw invalid(file, "'" + IndexCredentials.masked(line) + "' cannot be part of an image made of wheels");
        }
    }

    private void refuseSources(Path file, String line) {
        String lower = line.toLowerCase(Locale.ROOT);
        boolean direct = lower.contains("git+") || lower.contains("://") || lower.contains("@ file:");
        boolean path = line.startsWith(".") || line.startsWith("/") || line.contains("\\");
        if (direct || path) {
            throw invalid(file, "'" + IndexCredentials.masked(line) + "' is no package of an index");
        }
    }

    private void addRequirement(String requirement) {
        requirements.add(requirement);
        if (!requirement.contains("==") && !requirement.contains("~=")) {
            warnings.add("'" + requirement + "' is not pinned; target/aml/requirements.lock has what was chosen");
        }
    }

    private static String readText(Path file) {
        try {
            String text = Files.readString(file);
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (MalformedInputException e) {
            throw AmlException.of(ErrorCode.YAML_ENCODING, file + " is not UTF-8")
                    .cause(e)
                    .build();
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.FILE_MISSING, "The dependency file " + file + " cannot be read")
                    .cause(e)
                    .remedy("Create it, or set <dependencies> (-Daml.image.dependencies) to the file to use.")
                    .build();
        }
    }

    private static AmlException invalid(Path file, String why) {
        return AmlException.of(ErrorCode.PYTHON_DEPENDENCIES, file + ": " + why)
                .remedy("Name packages of a package index only, with versions; '-r' may include another file.")
                .build();
    }
}
