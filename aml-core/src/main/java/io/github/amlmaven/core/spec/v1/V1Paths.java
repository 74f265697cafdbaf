package io.github.amlmaven.core.spec.v1;

import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Paths of files of the first API, which started some from the file, some from the folder of code, some from where the
 * command line stood, and often have back-slashes.
 *
 * @param base the folder that paths of the result start from
 */
record V1Paths(V1Files files, Path base) {

    /** An absolute path: below the first of the folders that has it; a problem when none has. */
    Optional<Path> find(SpecNode.Scalar scalar, List<Path> folders, Notes notes) {
        String text = scalar.text().strip().replace('\\', '/');
        if (text.matches("[A-Za-z]:/.*")) {
            return outside(scalar, notes);
        }
        Path first = null;
        try {
            for (Path folder : folders) {
                Path candidate = folder.resolve(text).normalize();
                first = first == null ? candidate : first;
                if (Files.exists(candidate)) {
                    return candidate.startsWith(files.directory()) ? Optional.of(candidate) : outside(scalar, notes);
                }
            }
        } catch (InvalidPathException e) {
            notes.problem(
                    ErrorCode.SPEC_BAD_VALUE,
                    scalar.location(),
                    scalar.describe() + " is not a path: " + e.getReason());
            return Optional.empty();
        }
        if (first == null || files.mustExist(first)) {
            notes.problem(ErrorCode.FILE_MISSING, scalar.location(), "'" + text + "' does not exist (" + first + ")");
            return Optional.empty();
        }
        return Optional.of(first);
    }

    /** As the result writes a path: relative to where it is, with slashes. */
    String written(Path path) {
        if (!path.startsWith(files.directory())) {
            return path.toString().replace('\\', '/');
        }
        String relative = base.relativize(path).toString().replace('\\', '/');
        if (relative.isEmpty()) {
            return ".";
        }
        return relative.startsWith("..") ? relative : "./" + relative;
    }

    private static Optional<Path> outside(SpecNode.Scalar scalar, Notes notes) {
        notes.problem(
                ErrorCode.FILE_OUTSIDE_PROJECT,
                scalar.location(),
                "'" + scalar.text() + "' leads outside the project; move it into the project and name it relative to"
                        + " this file");
        return Optional.empty();
    }
}
