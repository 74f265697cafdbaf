package io.github.amlmaven.core.storage;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of a folder or a single file as they are uploaded: ignore rules applied, links followed as the official
 * client does, but only as long as they stay inside the folder.
 *
 * @param root the folder or the file
 * @param files in upload order: by lower-cased relative path; the first is the one whose metadata tells whether an
 *     upload was completed
 */
public record AssetFiles(Path root, List<Entry> files) {

    /** Python's order of lower-cased strings: by code point, where Java's own goes by UTF-16 unit. */
    static final Comparator<String> PYTHON_LOWER = (left, right) -> compare(lower(left), lower(right));

    public AssetFiles {
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
     * Lists a folder or a single file.
     *
     * @throws AmlException FILE_MISSING when it does not exist or holds no file, FILE_OUTSIDE_PROJECT when a link
     *     leads outside the folder
     */
    public static AssetFiles of(Path root) {
        List<Entry> files = new ArrayList<>();
        try {
            if (Files.isRegularFile(root)) {
                files.add(new Entry(root, name(root), Files.size(root)));
            } else if (Files.isDirectory(root)) {
                IgnoreRules rules = IgnoreRules.of(root);
                walk(root, root.toRealPath(), "", rules, new HashSet<>(), files);
            }
        } catch (IOException e) {
            throw unreadable(root, e);
        }
        if (files.isEmpty()) {
            throw AmlException.of(
                            ErrorCode.FILE_MISSING,
                            Files.exists(root) ? root + " holds no file to upload" : root + " does not exist")
                    .build();
        }
        files.sort(Comparator.comparing(Entry::name, PYTHON_LOWER));
        return new AssetFiles(root, files);
    }

    /** All bytes. */
    public long size() {
        return files.stream().mapToLong(Entry::size).sum();
    }

    private static void walk(
            Path directory, Path realRoot, String prefix, IgnoreRules rules, Set<Path> above, List<Entry> files)
            throws IOException {
        Path real = directory.toRealPath();
        if (!above.add(real)) {
            throw AmlException.of(ErrorCode.FILE_OUTSIDE_PROJECT, directory + " is a link to a folder above itself")
                    .remedy("Remove the link, or name it in .amlignore.")
                    .build();
        }
        for (Path child : children(directory)) {
            String name = prefix + name(child);
            if (Files.isDirectory(child)) {
                if (!isExcludedFolder(rules, name)) {
                    requireInside(child, realRoot);
                    walk(child, realRoot, name + "/", rules, above, files);
                }
            } else if (!rules.excludes(name)) {
                requireInside(child, realRoot);
                files.add(new Entry(child, name, Files.size(child)));
            }
        }
        above.remove(real);
    }

    /** A folder is only entered in vain when everything below it is left out; a later {@code !} may bring some back. */
    private static boolean isExcludedFolder(IgnoreRules rules, String name) {
        return rules.excludes(name) && rules.excludes(name + "/x") && !rules.hasExceptions();
    }

    static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted(Comparator.comparing(AssetFiles::name, PYTHON_LOWER))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    static void requireInside(Path path, Path realRoot) throws IOException {
        if (Files.isSymbolicLink(path)) {
            if (!Files.exists(path)) {
                throw AmlException.of(ErrorCode.FILE_MISSING, "the link " + path + " points to nothing")
                        .build();
            }
            if (!path.toRealPath().startsWith(realRoot)) {
                throw AmlException.of(ErrorCode.FILE_OUTSIDE_PROJECT, "the link " + path + " leads outside " + realRoot)
                        .remedy("Copy the file into the folder, or name the link in .amlignore.")
                        .build();
            }
        } else if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(path)) {
            throw AmlException.of(ErrorCode.FILE_OUTSIDE_PROJECT, path + " is neither a file nor a folder")
                    .remedy("Remove it, or name it in .amlignore.")
                    .build();
        }
    }

    static AmlException unreadable(Path path, IOException cause) {
        return AmlException.of(ErrorCode.LOCAL_IO, path + " cannot be read: " + cause.getMessage())
                .cause(cause)
                .build();
    }

    static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? path.toString() : name.toString();
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static int compare(String left, String right) {
        int[] a = left.codePoints().toArray();
        int[] b = right.codePoints().toArray();
        return java.util.Arrays.compare(a, b);
    }
}
