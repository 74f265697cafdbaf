package io.github.amlmaven.core.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Walks a folder depth first in the official client's order: children by lower-cased name. Names that differ only in
 * case go by their own order, where the client leaves it to the file system.
 */
abstract class FolderWalk {

    /** Python's order of lower-cased strings: by code point, where Java's own goes by UTF-16 unit. */
    static final Comparator<String> ORDER = Comparator.<String, String>comparing(
                    text -> text.toLowerCase(Locale.ROOT), FolderWalk::byCodePoint)
            .thenComparing(FolderWalk::byCodePoint);

    /** Whether to go into a folder; links are followed. */
    abstract boolean enters(Path folder, String name) throws IOException;

    /** Called after all that is in a folder. */
    void leaves(Path folder) throws IOException {}

    /** A file, or whatever is no folder. */
    abstract void visits(Path file, String name) throws IOException;

    /** Walks what is below a folder. */
    final void walk(Path folder) throws IOException {
        walk(folder, "");
    }

    private void walk(Path folder, String prefix) throws IOException {
        for (Path child : children(folder)) {
            String name = prefix + name(child);
            if (!Files.isDirectory(child)) {
                visits(child, name);
            } else if (enters(child, name)) {
                walk(child, name + "/");
                leaves(child);
            }
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(Child::of).sorted(Child.ORDER).map(Child::path).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Lower-cased once, not at every comparison. */
    private record Child(Path path, String name, String lowerCased) {
        private static final Comparator<Child> ORDER = Comparator.comparing(Child::lowerCased, FolderWalk::byCodePoint)
                .thenComparing(Child::name, FolderWalk::byCodePoint);

        static Child of(Path path) {
            String name = FolderWalk.name(path);
            return new Child(path, name, name.toLowerCase(Locale.ROOT));
        }
    }

    static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? path.toString() : name.toString();
    }

    /** A surrogate belongs to a code point above all that have one unit. */
    private static int byCodePoint(String left, String right) {
        int both = Math.min(left.length(), right.length());
        for (int i = 0; i < both; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                return Character.isSurrogate(a) == Character.isSurrogate(b)
                        ? Character.compare(a, b)
                        : Character.isSurrogate(a) ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
