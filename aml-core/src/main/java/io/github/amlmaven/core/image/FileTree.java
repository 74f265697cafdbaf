package io.github.amlmaven.core.image;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The regular files below a folder, or one file, in an order that does not depend on the machine. Links are followed
 * while they stay inside the boundary; one that leads out of it is an error, so that nothing slips into an image.
 *
 * @param root the folder or file
 * @param files sorted by path
 */
record FileTree(Path root, List<Entry> files) {

    private static final Set<String> IGNORED_FOLDERS =
            Set.of("__pycache__", ".git", ".pytest_cache", ".mypy_cache", ".ipynb_checkpoints", ".venv");
    private static final Set<String> IGNORED_FILES = Set.of(".DS_Store", "Thumbs.db", ".amlignore");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /**
     * One file.
     *
     * @param path below the root, with '/' on every system; the file's name when the root is a file
     * @param file where it is
     * @param size in bytes
     */
    record Entry(String path, Path file, long size) {}

    FileTree {
        files = List.copyOf(files);
    }

    /**
     * Reads what there is.
     *
     * @param what what the root is to the user: {@code model}, {@code scoring code}
     * @param boundary the folder that nothing may lead out of; empty allows everything
     */
    static FileTree of(String what, Path root, Optional<Path> boundary) {
        if (!Files.exists(root)) {
            throw AmlException.of(ErrorCode.FILE_MISSING, "The " + what + " " + root + " does not exist")
                    .build();
        }
        try {
            Walk walk = new Walk(what, root, boundary);
            Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, walk);
            walk.found.sort(Comparator.comparing(Entry::path));
            return new FileTree(root, walk.found);
        } catch (FileSystemLoopException e) {
            throw AmlException.of(
                            ErrorCode.FILE_OUTSIDE_PROJECT, "The " + what + " has a link to itself: " + e.getFile())
                    .cause(e)
                    .remedy("Remove the link.")
                    .build();
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "The " + what + " " + root + " cannot be read: " + e)
                    .cause(e)
                    .build();
        }
    }

    long bytes() {
        return files.stream().mapToLong(Entry::size).sum();
    }

    /** SHA-256 over each file's path and content. */
    String digest() {
        StringBuilder text = new StringBuilder();
        for (Entry entry : files) {
            text.append(entry.path())
                    .append('\u0000')
                    .append(Digests.sha256(entry.file()))
                    .append('\n');
        }
        return Digests.sha256(text.toString());
    }

    private static final class Walk extends SimpleFileVisitor<Path> {
        private final String what;
        private final Path root;
        private final Optional<Path> boundary;
        private final List<Entry> found = new ArrayList<>();

        Walk(String what, Path root, Optional<Path> boundary) throws IOException {
            this.what = what;
            this.root = root;
            this.boundary = boundary.isPresent() ? Optional.of(boundary.get().toRealPath()) : boundary;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            if (!folder.equals(root)
                    && IGNORED_FOLDERS.contains(folder.getFileName().toString())) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            refuseOutside(folder);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            String name = file.getFileName().toString();
            if (IGNORED_FILES.contains(name) || name.endsWith(".pyc")) {
                return FileVisitResult.CONTINUE;
            }
            refuseOutside(file);
            if (!attributes.isRegularFile()) {
                throw new IOException(file + " is neither a file nor a folder");
            }
            String path =
                    file.equals(root) ? name : root.relativize(file).toString().replace('\\', '/');
            if (CONTROL.matcher(path).find()) {
                throw new IOException("a file name has control characters: "
                        + CONTROL.matcher(path).replaceAll("?"));
            }
            found.add(new Entry(path, file, attributes.size()));
            return FileVisitResult.CONTINUE;
        }

        private void refuseOutside(Path path) throws IOException {
            if (boundary.isPresent() && !path.toRealPath().startsWith(boundary.get())) {
                throw AmlException.of(
                                ErrorCode.FILE_OUTSIDE_PROJECT,
                                "The " + what + " leads outside the project: " + path + " is " + path.toRealPath())
                        .remedy("Move the file into the project, or set -Daml.allowOutsideProject=true.")
                        .build();
            }
        }
    }
}
