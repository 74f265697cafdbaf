package io.github.amlmaven.core.content;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/**
 * Writes a file as a whole: whoever reads it sees the old content or the new one, never a half, and a write that fails
 * leaves the old one. Folders on the way are made.
 */
public final class WholeFile {

    private static final FileAttribute<?>[] AS_THE_SYSTEM_MAKES_THEM = {};

    private WholeFile() {}

    /** What is to be in the file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes bytes, with the permissions that new files have on this system. */
    public static void write(Path file, Content content) throws IOException {
        write(file, content, AS_THE_SYSTEM_MAKES_THEM, WholeFile::replace);
    }

    /** Writes text in UTF-8, with the permissions that new files have on this system. */
    public static void write(Path file, String text) throws IOException {
        write(file, utf8(text));
    }

    /** Writes text that only the file's owner may read; where the system has no such permissions, the folder's hold. */
    public static void writeForOwner(Path file, String text) throws IOException {
        write(file, utf8(text), forOwner(), WholeFile::replace);
    }

    /**
     * The same where there is no such file yet; one that is there stays, also when another process makes it at the same time.
     * Whoever finds the file finds all of it.
     */
    public static void makeForOwner(Path file, String text) throws IOException {
        write(file, utf8(text), forOwner(), WholeFile::makeUnlessThere);
    }

    private static FileAttribute<?>[] forOwner() {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : AS_THE_SYSTEM_MAKES_THEM;
    }

    /** How a draft becomes the file. */
    @FunctionalInterface
    private interface Turn {
        void into(Path draft, Path file) throws IOException;
    }

    private static void replace(Path draft, Path file) throws IOException {
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void makeUnlessThere(Path draft, Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        try {
            // The one way that never replaces, whatever others do at the same time.
            Files.createLink(file, draft);
        } catch (UnsupportedOperationException noLinks) {
            moveUnlessThere(draft, file);
        } catch (FileSystemException refused) {
            // Another was faster, or a file system without links.
            if (!Files.exists(file)) {
                moveUnlessThere(draft, file);
            }
        }
    }

    private static void moveUnlessThere(Path draft, Path file) throws IOException {
        try {
            Files.move(draft, file);
        } catch (FileAlreadyExistsException another) {
            // Then it is there, and whole, which is what was asked for.
            if (!Files.exists(file)) {
                throw another;
            }
        }
    }

    private static void write(Path file, Content content, FileAttribute<?>[] attributes, Turn turn) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        Path draft = absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID());
        Path folder = absolute.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.createFile(draft, attributes);
        try {
            try (OutputStream out = Files.newOutputStream(draft)) {
                content.writeTo(out);
            }
            turn.into(draft, absolute);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static Content utf8(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
