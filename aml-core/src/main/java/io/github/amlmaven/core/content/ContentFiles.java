package io.github.amlmaven.core.content;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The files that a folder or a single file consists of, for uploads, images and archives alike: ignore rules applied,
 * links followed as the official client does, but only as long as they stay inside the boundary.
 *
 * @param root the folder or the file
 * @param files in upload order: by lower-cased relative path; the first is the one whose metadata tells whether an
 *     upload was completed
 */
public record ContentFiles(Path root, List<Entry> files) {

    private static final Set<String> LEFTOVER_FOLDERS =
            Set.of("__pycache__", ".git", ".pytest_cache", ".mypy_cache", ".ipynb_checkpoints", ".venv");
    private static final Set<String> LEFTOVER_FILES = Set.of(".DS_Store", "Thumbs.db", ".amlignore");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    public ContentFiles {
        files = List.copyOf(files);
    }

    /**
     * One file.
     *
     * @param path where its bytes are; a link's own path, not its target's
     * @param name its path relative to the root with {@code /}; the file's name when the root is a file
     * @param size bytes
     */
    public record Entry(Path path, String name, long size) {}

    /**
     * Lists a folder or a single file; links must stay inside the folder.
     *
     * @throws AmlException FILE_MISSING when it does not exist or holds no file, FILE_OUTSIDE_PROJECT when a link
     *     leads outside the folder
     */
    public static ContentFiles of(Path root) {
        return of(root, Boundary.around(root));
    }

    /**
     * Lists a folder or a single file.
     *
     * @throws AmlException FILE_MISSING when it does not exist or holds no file, FILE_OUTSIDE_PROJECT when a link
     *     leads outside the boundary
     */
    public static ContentFiles of(Path root, Boundary boundary) {
        ContentFiles content = listed(root, boundary);
        if (content.files().isEmpty()) {
            throw AmlException.of(
                            ErrorCode.FILE_MISSING,
                            Files.exists(root) ? root + " holds no file" : root + " does not exist")
                    .build();
        }
        return content;
    }

    /** As {@link #of(Path, Boundary)}, but what is not there or empty has no files. */
    public static ContentFiles listed(Path root, Boundary boundary) {
        return listed(root, boundary, Optional.empty());
    }

    /** The same, without a file or folder below, which is not even looked into. */
    public static ContentFiles listed(Path root, Boundary boundary, Path without) {
        Path left = without.toAbsolutePath().normalize();
        return root.toAbsolutePath().normalize().startsWith(left)
                ? new ContentFiles(root, List.of())
                : listed(root, boundary, Optional.of(left));
    }

    private static ContentFiles listed(Path root, Boundary boundary, Optional<Path> without) {
        List<Entry> files = new ArrayList<>();
        try {
            if (Files.isDirectory(root)) {
                Listing listing = new Listing(root, boundary, without);
                listing.walk(root);
                files.addAll(listing.files);
            } else if (Files.exists(root)) {
                files.add(entry(root, FolderWalk.name(root)));
            }
        } catch (IOException e) {
            throw unreadable(root, e);
        }
        files.sort(Comparator.comparing(Entry::name, FolderWalk.ORDER));
        return new ContentFiles(root, files);
    }

    /** Without what Python, editors and systems leave behind in a folder of code. */
    public ContentFiles withoutLeftovers() {
        return new ContentFiles(
                root, files.stream().filter(file -> !isLeftover(file.name())).toList());
    }

    /** Whether this is one file, not a folder. */
    public boolean isSingleFile() {
        return !Files.isDirectory(root);
    }

    /** All bytes. */
    public long size() {
        return files.stream().mapToLong(Entry::size).sum();
    }

    private static boolean isLeftover(String name) {
        String[] segments = name.split("/", -1);
        for (int i = 0; i < segments.length - 1; i++) {
            if (LEFTOVER_FOLDERS.contains(segments[i])) {
                return true;
            }
        }
        return LEFTOVER_FILES.contains(segments[segments.length - 1]) || name.endsWith(".pyc");
    }

    private static Entry entry(Path file, String name) throws IOException {
        if (CONTROL.matcher(name).find()) {
            throw new IOException("a file's name has control characters: "
                    + CONTROL.matcher(name).replaceAll("?"));
        }
        if (!Files.isRegularFile(file)) {
            throw AmlException.of(ErrorCode.FILE_OUTSIDE_PROJECT, file + " is neither a file nor a folder")
                    .remedy("Remove it, or name it in .amlignore.")
                    .build();
        }
        return new Entry(file, name, Files.size(file));
    }

    static AmlException unreadable(Path path, IOException cause) {
        return AmlException.of(ErrorCode.LOCAL_IO, path + " cannot be read: " + cause.getMessage())
                .cause(cause)
                .build();
    }

    private static final class Listing extends FolderWalk {
        private final List<Entry> files = new ArrayList<>();
        private final Set<Path> above = new HashSet<>();
        private final IgnoreRules rules;
        private final Boundary boundary;
        private final Optional<Path> without;

        Listing(Path root, Boundary boundary, Optional<Path> without) throws IOException {
            this.without = without;
            this.rules = IgnoreRules.of(root);
            this.boundary = boundary;
            above.add(root.toRealPath());
        }

        @Override
        boolean enters(Path folder, String name) throws IOException {
            if (isExcluded(name) || isLeftOut(folder)) {
                return false;
            }
            requireInside(folder);
            if (!above.add(folder.toRealPath())) {
                throw AmlException.of(
                                ErrorCode.FILE_OUTSIDE_PROJECT,
                                folder + " is a link to itself or a folder above itself")
                        .remedy("Remove the link, or name it in .amlignore.")
                        .build();
            }
            return true;
        }

        /** A folder is only entered in vain when all below is left out; a later {@code !} may bring some back. */
        private boolean isExcluded(String folder) {
            return rules.excludes(folder) && rules.excludes(folder + "/x") && !rules.hasExceptions();
        }

        @Override
        void leaves(Path folder) throws IOException {
            above.remove(folder.toRealPath());
        }

        @Override
        void visits(Path file, String name) throws IOException {
            if (!rules.excludes(name) && !isLeftOut(file)) {
                requireInside(file);
                files.add(entry(file, name));
            }
        }

        private static AmlException dangling(Path link) {
            Path target;
            try {
                target = Files.readSymbolicLink(link);
            } catch (IOException e) {
                return unreadable(link, e);
            }
            return AmlException.of(
                            ErrorCode.FILE_MISSING, "The link " + link + " points to nothing: there is no " + target)
                    .remedy("Put " + target + " there, or remove the link, or name it in .amlignore.")
                    .build();
        }

        private boolean isLeftOut(Path path) {
            return without.isPresent() && path.toAbsolutePath().normalize().equals(without.get());
        }

        private void requireInside(Path path) {
            if (Files.isSymbolicLink(path)) {
                if (!Files.exists(path)) {
                    throw dangling(path);
                }
                boundary.require("link", path);
            }
        }
    }
}
