package io.github.amlmaven.core.model;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.storage.AssetFiles;
import io.github.amlmaven.core.storage.BlobFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
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
    private interface Source {
        InputStream open() throws IOException;
    }

    private record Part(String path, long size, Source source) {}

    /** The digest of local files, in hexadecimal. */
    public static String of(AssetFiles files) {
        List<Part> parts = new ArrayList<>();
        boolean single = Files.isRegularFile(files.root());
        for (AssetFiles.Entry file : files.files()) {
            Path path = file.path();
            parts.add(new Part(single ? "" : file.name(), file.size(), () -> Files.newInputStream(path)));
        }
        return digest(parts);
    }

    /** The digest of blobs, by streaming them; they are not kept. */
    public static String of(BlobFolder folder, List<BlobFolder.Entry> entries) {
        List<Part> parts = new ArrayList<>();
        boolean single = entries.size() == 1 && entries.get(0).blob().equals(folder.path());
        for (BlobFolder.Entry entry : entries) {
            parts.add(new Part(single ? "" : entry.name(), entry.size(), () -> folder.open(entry)));
        }
        return digest(parts);
    }

    private static String digest(List<Part> parts) {
        MessageDigest sha256 = sha256();
        List<Part> sorted = parts.stream()
                .sorted(Comparator.comparing(
                        part -> part.path().getBytes(StandardCharsets.UTF_8),
                        (a, b) -> java.util.Arrays.compareUnsigned(a, b)))
                .toList();
        byte[] buffer = new byte[1 << 16];
        for (Part part : sorted) {
            sha256.update(part.path().getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(part.size()).array());
            long read = 0;
            try (InputStream in = part.source().open()) {
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    sha256.update(buffer, 0, count);
                    read += count;
                }
            } catch (IOException failure) {
                throw AmlException.of(ErrorCode.LOCAL_IO, "Cannot read " + part.path() + ": " + failure.getMessage())
                        .cause(failure)
                        .build();
            }
            if (read != part.size()) {
                throw AmlException.of(ErrorCode.FILE_CHANGED, part.path() + " changed while it was read")
                        .build();
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
