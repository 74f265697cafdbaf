package io.github.amlmaven.core.content;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What a model is known by: SHA-256 over its files, sorted by path; for each the path (UTF-8), a zero byte, the length
 * (8 bytes, big-endian) and the bytes. The same for files on disk and for blobs, and independent of time, owner, and
 * the folder's own name. A single file counts without its name.
 */
public final class ContentDigest {

    private ContentDigest() {}

    /** Opens one file's bytes. */
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    /**
     * One file, wherever it is.
     *
     * @param path below the folder, with {@code /}; empty for a single file
     * @param size bytes
     */
    public record Part(String path, long size, Source source) {}

    /** The digest of local files, in hexadecimal. */
    public static String of(ContentFiles files) {
        return of(files.files().stream()
                .map(file -> new Part(
                        files.isSingleFile() ? "" : file.name(), file.size(), () -> Files.newInputStream(file.path())))
                .toList());
    }

    /** The digest of files anywhere, by streaming them; they are not kept. */
    public static String of(List<Part> parts) {
        Sha256 sha256 = new Sha256();
        parts.stream()
                .sorted(Comparator.comparing(
                        part -> part.path().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned))
                .forEach(part -> add(part, sha256));
        return sha256.hex();
    }

    private static void add(Part part, Sha256 sha256) {
        sha256.add(part.path()).add(new byte[1]).add(part.size());
        try (InputStream in = part.source().open()) {
            if (sha256.add(in) != part.size()) {
                throw AmlException.of(ErrorCode.FILE_CHANGED, part.path() + " changed while it was read")
                        .build();
            }
        } catch (IOException failure) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "Cannot read " + part.path() + ": " + failure.getMessage())
                    .cause(failure)
                    .build();
        }
    }
}
