package io.github.amlmaven.core.image.python;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.python.IndexCredentials;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the file that says which Python packages scoring needs: an AML environment ({@code conda_file}), a conda file
 * ({@code dependencies}) or pip's {@code requirements.txt}. All mistakes are found in one pass, with their places.
 */
final class DependencyFile {

    private static final List<String> INDEX_OPTIONS = List.of(
            "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--trusted-host", "--pre", "--no-index");

    private final Path project;
    private Optional<String> pythonVersion = Optional.empty();
    private final List<String> requirements = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<Path> reading = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private DependencyFile(Path project) {
        this.project = project.toAbsolutePath().normalize();
    }

    /** Reads a file; {@code project} is what messages name it relative to. */
    static PythonRequirements read(Path file, Path project) {
        DependencyFile reader = new DependencyFile(project);
        reader.readAny(file.toAbsolutePath().normalize());
        if (!reader.problems.isEmpty()) {
            throw AmlException.ofProblems(reader.problems);
        }
        return new PythonRequirements(reader.pythonVersion, reader.requirements, reader.options, reader.warnings);
    }

    private void readAny(Path file) {
        if (!Files.isRegularFile(file)) {
            throw unreadable(file, null);
        }
        reading.add(file);
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".yml") || name.endsWith(".yaml")) {
            readYaml(file);
        } else {
            int number = 0;
            for (String line : readText(file).split("\\R", -1)) {
                number++;
                readLine(file, new Location(shown(file), number, 1), line);
            }
        }
    }

    private void include(Path from, Location where, String name) {
        Path file = from.resolveSibling(name).normalize();
        if (reading.contains(file)) {
            wrong(where, "'" + name + "': a file includes itself");
        } else {
            readAny(file);
        }
    }

    private void readYaml(Path file) {
        // Nothing is filled in: conda and pip have a ${} of their own.
        SpecDocument document = new SpecReader().readVerbatim(file, project);
        problems.addAll(document.problems());
        if (document.root() instanceof SpecNode.Mapping map) {
            readMapping(file, map);
        }
    }

    private void readMapping(Path file, SpecNode.Mapping map) {
        SpecNode conda = map.get("conda_file");
        SpecNode dependencies = map.get("dependencies");
        if (conda instanceof SpecNode.Scalar other) {
            include(file, other.location(), other.text().replaceFirst("^file:", ""));
        } else if (conda instanceof SpecNode.Mapping inline) {
            readMapping(file, inline);
        } else if (conda != null) {
            wrong(conda.location(), "'conda_file' is neither a file nor a mapping");
        } else if (dependencies instanceof SpecNode.Sequence list) {
            list.items().forEach(dependency -> readCondaDependency(file, dependency));
        } else if (dependencies != null) {
            wrong(dependencies.location(), "'dependencies' is not a list");
        } else {
            warnings.add(shown(file) + " names no packages (neither 'conda_file' nor 'dependencies')");
        }
    }

    private void readCondaDependency(Path file, SpecNode dependency) {
        if (dependency instanceof SpecNode.Mapping map && map.get("pip") instanceof SpecNode.Sequence lines) {
            for (SpecNode line : lines.items()) {
                if (line instanceof SpecNode.Scalar scalar) {
                    readLine(file, line.location(), scalar.text());
                } else {
                    wrong(line.location(), line.describe() + " is not a pip requirement");
                }
            }
            return;
        }
        Optional<String> name =
                dependency instanceof SpecNode.Scalar scalar ? CondaPackages.name(scalar.text()) : Optional.empty();
        if (name.isPresent() && dependency instanceof SpecNode.Scalar scalar) {
            addCondaPackage(name.get(), scalar.text());
        } else {
            wrong(dependency.location(), dependency.describe() + " is not a conda package specification");
        }
    }

    private void addCondaPackage(String name, String spec) {
        if (name.equals("python")) {
            pythonVersion = CondaPackages.pythonVersion(spec);
        } else if (!CondaPackages.isPythonPackage(name)) {
            warnings.add("conda package '" + name + "' is not a Python package: the base image has to bring it");
        } else if (!List.of("pip", "setuptools", "wheel").contains(name)) {
            addRequirement(CondaPackages.toRequirement(spec));
        }
    }

    private void readLine(Path file, Location where, String raw) {
        String line = raw.replaceFirst("(^|\\s)#.*$", "").trim();
        if (line.endsWith("\\")) {
            wrong(where, "continuation lines are for lock files: name it src/main/aml/requirements.lock");
        } else if (line.startsWith("-")) {
            readOption(file, where, line);
        } else if (isSource(line)) {
            wrong(where, "'" + IndexCredentials.masked(line) + "' is no package of an index; name one with a version");
        } else if (!line.isEmpty()) {
            addRequirement(line);
        }
    }

    private void readOption(Path file, Location where, String line) {
        String[] parts = line.split("[\\s=]+", 2);
        String value = parts.length == 2 ? parts[1].trim() : "";
        if (parts[0].equals("-r") || parts[0].equals("--requirement")) {
            include(file, where, value);
        } else if (INDEX_OPTIONS.contains(parts[0])) {
            options.add(parts[0]);
            if (!value.isEmpty()) {
                options.add(value);
            }
            if (parts[0].contains("index-url") || parts[0].equals("-i")) {
                warnings.add("packages come from another index: " + IndexCredentials.masked(value));
            }
        } else {
            wrong(where, "'" + IndexCredentials.masked(line) + "' cannot be part of an image made of wheels");
        }
    }

    private static boolean isSource(String line) {
        String lower = line.toLowerCase(Locale.ROOT);
        boolean direct = lower.contains("git+") || lower.contains("://") || lower.contains("@ file:");
        return direct || line.startsWith(".") || line.startsWith("/") || line.contains("\\");
    }

    private void addRequirement(String requirement) {
        requirements.add(requirement);
        if (!requirement.contains("==") && !requirement.contains("~=")) {
            warnings.add("'" + requirement + "' is not pinned; target/aml/requirements.lock has what was chosen");
        }
    }

    private void wrong(Location where, String why) {
        problems.add(new Problem(ErrorCode.PYTHON_DEPENDENCIES, where, why));
    }

    private Path shown(Path file) {
        return file.startsWith(project) ? project.relativize(file) : file;
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
            throw unreadable(file, e);
        }
    }

    private static AmlException unreadable(Path file, @Nullable IOException cause) {
        return AmlException.of(ErrorCode.FILE_MISSING, "The dependency file " + file + " cannot be read")
                .cause(cause)
                .remedy("Create it, or set <dependencies> (-Daml.image.dependencies) to the file to use.")
                .build();
    }
}
