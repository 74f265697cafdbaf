package io.github.amlmaven.core.spec.yaml;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.Problem;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A YAML file as it was read.
 *
 * @param file the absolute file
 * @param projectDirectory the absolute folder that paths must not leave
 * @param root the top node; null when the file could not be parsed
 * @param problems what is wrong with the file as YAML, in file order
 */
public record SpecDocument(
        Path file, Path projectDirectory, @Nullable SpecNode root, List<Problem> problems) {

    public SpecDocument {
        problems = List.copyOf(problems);
    }

    /** The folder that relative paths in the file start from. */
    public Path directory() {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    /** Whether there is nothing in the file but comments. */
    public boolean isEmpty() {
        return root == null
                && problems.stream().allMatch(problem -> problem.message().equals(NodeBuilder.EMPTY));
    }

    /** The top mapping; fails with all problems of the file when there is none. */
    public SpecNode.Mapping mapping() {
        if (!problems.isEmpty()) {
            throw AmlException.ofProblems(problems);
        }
        if (root instanceof SpecNode.Mapping mapping) {
            return mapping;
        }
        throw new IllegalStateException(file + " has neither a mapping nor a problem");
    }
}
