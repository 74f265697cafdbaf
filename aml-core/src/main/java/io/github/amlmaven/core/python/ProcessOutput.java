package io.github.amlmaven.core.python;

import java.util.List;

/**
 * How a finished process ended.
 *
 * @param exitCode the process's exit code
 * @param lines standard output and standard error in the order written
 */
public record ProcessOutput(int exitCode, List<String> lines) {

    public ProcessOutput {
        lines = List.copyOf(lines);
    }

    /** The last {@code count} lines that are not blank. */
    public List<String> tail(int count) {
        List<String> spoken = lines.stream().filter(line -> !line.isBlank()).toList();
        return spoken.subList(Math.max(0, spoken.size() - count), spoken.size());
    }
}
