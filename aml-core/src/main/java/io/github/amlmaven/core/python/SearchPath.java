package io.github.amlmaven.core.python;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The folders of {@code PATH}, as the system looks through them for a program: an empty entry is the working directory. */
final class SearchPath {

    private SearchPath() {}

    /** All programs of a name, the one that the system would start first. */
    static Stream<Path> programs(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder).resolve(name).toAbsolutePath())
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file));
    }
}
