package io.github.amlmaven.core.content;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
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
        write(file, content, AS_THE_SYSTEM_MAKES_THEM);
    }

    /** Writes text in UTF-8, with the permissions that new files have on this system. */
    public static void write(Path file, String text) throws IOException {
        write(file, utf8(text));
    }

    /** Writes text that only the file's owner may read; where the system has no such permissions, the folder's hold. */
    public static void writeForOwner(Path file, String text) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        write(
                file,
                utf8(text),
                posix
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : AS_THE_SYSTEM_MAKES_THEM);
    }

    private static void write(Path file, Content content, FileAttribute<?>[] attributes) throws IOException {
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
            Files.move(draft, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static Content utf8(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
