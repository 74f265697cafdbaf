package io.github.amlmaven.core.conversion;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.schema.Kind;
import io.github.amlmaven.core.spec.schema.Schemas;
import io.github.amlmaven.core.spec.v1.V1Files;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files of the first API of a project, as they are written: expressions of Maven stay for the files that are made. */
final class V1Sources implements V1Files {

    private static final Set<String> NOT_SOURCES = Set.of("target", "build", "node_modules", "venv", "__pycache__");
    private static final List<String> ENDINGS = List.of(".yml", ".yaml", ".json", ".runconfig");
    private static final String PREFIX = "v1-";

    private final SpecReader reader;
    private final Path directory;
    private final Schemas schemas = Schemas.load();
    private final Map<Path, SpecDocument> documents = new LinkedHashMap<>();
    private final Set<Path> referenced = new LinkedHashSet<>();

    V1Sources(SpecReader reader, Path directory) {
        this.reader = reader;
        this.directory = directory;
    }

    @Override
    public SpecDocument read(Path file, String kind) {
        referenced.add(file.toAbsolutePath().normalize());
        return document(file);
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public boolean mustExist(Path path) {
        return true;
    }

    SpecDocument document(Path file) {
        return documents.computeIfAbsent(
                file.toAbsolutePath().normalize(), path -> reader.readVerbatim(path, directory));
    }

    /** Whether another file names this one, so that it is converted as a part of that. */
    boolean isReferenced(Path file) {
        return referenced.contains(file);
    }

    /** What a file of the first API is, without its prefix; empty for all other files. */
    Optional<String> kind(Path file) {
        if (!(document(file).root() instanceof SpecNode.Mapping root)) {
            return Optional.empty();
        }
        return schemas.kindOf(root)
                .map(Kind::name)
                .filter(name -> name.startsWith(PREFIX))
                .map(name -> name.substring(PREFIX.length()));
    }

    /** All files of the first API in a folder and below, but for what a build has made. */
    List<Path> in(Path folder) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
                    String name = String.valueOf(visited.getFileName());
                    boolean hidden = name.startsWith(".") && !name.equals(".azureml");
                    return !visited.equals(folder) && (hidden || NOT_SOURCES.contains(name))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && ENDINGS.stream().anyMatch(file.toString()::endsWith)) {
                        found.add(file.toAbsolutePath().normalize());
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, folder + " cannot be listed: " + e.getMessage())
                    .cause(e)
                    .build();
        }
        return found.stream().sorted().filter(file -> kind(file).isPresent()).toList();
    }
}
