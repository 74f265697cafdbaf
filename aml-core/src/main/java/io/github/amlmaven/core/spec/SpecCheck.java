package io.github.amlmaven.core.spec;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.schema.Schemas;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Checks specs without Azure and without Python, and finds all problems at once: structure, types, enums, names,
 * references between files, files that must exist, bindings, cycles.
 */
public final class SpecCheck {

    private final SpecReader reader;
    private final boolean fileChecks;
    private final Optional<Path> buildDirectory;

    public SpecCheck(SpecReader reader) {
        this(reader, true, Optional.empty());
    }

    private SpecCheck(SpecReader reader, boolean fileChecks, Optional<Path> buildDirectory) {
        this.reader = reader;
        this.fileChecks = fileChecks;
        this.buildDirectory = buildDirectory;
    }

    /** The same check that does not ask whether referenced files exist, for specs that lie apart from their files. */
    public SpecCheck withoutFileChecks() {
        return new SpecCheck(reader, false, buildDirectory);
    }

    /** The same check that does not ask whether files below {@code directory} exist: the build makes them later. */
    public SpecCheck withBuildDirectory(Path directory) {
        return new SpecCheck(reader, fileChecks, Optional.of(directory));
    }

    /**
     * Checks files and all specs that they refer to.
     *
     * @param files what to check
     * @param projectDirectory what paths must not leave
     * @return all problems in file order; empty when everything is right
     */
    public List<Problem> check(List<Path> files, Path projectDirectory) {
        return findings(files, projectDirectory).problems();
    }

    /** As {@link #check}, and which files are parts of others. */
    public Findings findings(List<Path> files, Path projectDirectory) {
        SpecProject project = new SpecProject(reader, Schemas.load(), projectDirectory, fileChecks, buildDirectory);
        files.forEach(project::read);
        return new Findings(project.problems(), project.warnings(), project.parts(), project.documents());
    }

    /**
     * What a check has found.
     *
     * @param problems in file order
     * @param warnings what can be sent though it can hardly be meant, in file order
     * @param parts absolute paths of the files that another file refers to
     * @param documents the files as they were parsed, those that others refer to as well
     */
    public record Findings(
            List<Problem> problems, List<Problem> warnings, Set<Path> parts, List<SpecDocument> documents) {
        public Findings {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
            parts = Set.copyOf(parts);
            documents = List.copyOf(documents);
        }
    }

    /** Checks all YAML files of a folder and its sub-folders, in the order of their names. */
    public List<Problem> checkFolder(Path folder, Path projectDirectory) {
        return check(yamlFiles(folder), projectDirectory);
    }

    /**
     * The files of a folder and its sub-folders that can be checked, in the order of their names: YAML, and what the first
     * API had besides, run configurations and JSON.
     */
    public List<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(this::isChecked)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, folder + " cannot be listed: " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    private boolean isChecked(Path file) {
        String name = file.toString();
        return isYaml(file)
                || name.endsWith(".runconfig")
                || (name.endsWith(".json")
                        && reader.readVerbatim(file, file).root() instanceof SpecNode.Mapping root
                        && Schemas.load()
                                .kindOf(root)
                                .filter(kind -> kind.name().startsWith("v1-"))
                                .isPresent());
    }

    private static boolean isYaml(Path file) {
        return file.toString().endsWith(".yml") || file.toString().endsWith(".yaml");
    }

    /** The YAML files of a folder and its sub-folders, in the order of their names. */
    public static List<Path> yamlFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(SpecCheck::isYaml)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, folder + " cannot be listed: " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }
}
