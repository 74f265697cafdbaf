package io.github.amlmaven.core.error;

import java.nio.file.Path;

/**
 * A place in a file.
 *
 * @param file as the user would name it: relative to the project where it lies inside
 * @param line counted from 1
 * @param column counted from 1
 */
public record Location(Path file, int line, int column) {

    @Override
    public String toString() {
        return file.toString().replace('\\', '/') + ":" + line + ":" + column;
    }
}
