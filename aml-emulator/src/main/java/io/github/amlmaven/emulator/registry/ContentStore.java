package io.github.amlmaven.emulator.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Content by digest, shared by all registries: {@code blobs/sha256/ab/abcd...}, and {@code blobs/sha512} for clients that
 * want that algorithm (OCI image specification 1.1, "Registered algorithms"). A file gets that name by an atomic rename
 * after its bytes were hashed and forced to disk, so what is there is whole.
 */
final class ContentStore {

    static final int BUFFER = 1 << 17;
    private static final HexFormat HEX = HexFormat.of();
    private static final String ALGORITHM = "sha256";
    private static final String LONG_ALGORITHM = "sha512";

    private final Path blobs;
    private final Path temporary;

    ContentStore(Path folder) {
        this.blobs = folder.resolve("blobs");
        this.temporary = folder.resolve("uploads");
    }

    /** The file of a digest, whether it exists or not. */
    Path path(String digest) {
        String hex = ImageName.digest(digest).substring(ALGORITHM.length() + 1);
        return blobs.resolve(digest.substring(0, ALGORITHM.length()))
                .resolve(hex.substring(0, 2))
                .resolve(hex);
    }

    boolean contains(String digest) {
        return Files.isRegularFile(path(digest));
    }

    byte[] read(String digest) throws IOException {
        return Files.readAllBytes(path(digest));
    }

    /** A file for content that arrives. */
    Path temporary(String name) throws IOException {
        Files.createDirectories(temporary);
        return temporary.resolve(name);
    }

    String add(byte[] content) throws IOException {
        String digest = digest(sha256().digest(content));
        add(digest, content);
        return digest;
    }

    /** Takes content whose digest was computed by {@link #digest(byte[], String)}. */
    void add(String digest, byte[] content) throws IOException {
        if (!contains(digest)) {
            Path part = temporary(UUID.randomUUID().toString());
            try (FileChannel channel =
                    FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            commit(part, digest);
        }
    }

    /**
     * Takes a stream whose digest is known.
     *
     * @throws IOException when the content is not that of the digest
     */
    void add(String digest, InputStream in) throws IOException {
        Path part = temporary(UUID.randomUUID().toString());
        MessageDigest sha = hash(digest);
        try {
            try (FileChannel channel =
                    FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                append(in, channel, sha);
            }
            String actual = text(digest, sha);
            if (!actual.equals(digest)) {
                throw new IOException("content has digest " + actual + ", not " + digest);
            }
            commit(part, digest);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Appends a stream to a file and a hash; returns how many bytes there were. */
    static long append(InputStream in, FileChannel channel, MessageDigest sha) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            sha.update(buffer, 0, n);
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            total += n;
        }
        return total;
    }

    /** Makes a complete, hashed file the content of its digest. */
    void commit(Path file, String digest) throws IOException {
        Path target = path(digest);
        if (Files.isRegularFile(target)) {
            Files.deleteIfExists(file);
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.createDirectories(target.getParent());
        try {
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("uploads and blobs must be on one file system", e);
        }
    }

    void delete(String digest) throws IOException {
        Files.deleteIfExists(path(digest));
    }

    /** Deletes content older than {@code before} that is not {@code linked}. */
    void sweep(Set<String> linked, Set<String> uploads, Instant before) throws IOException {
        for (Path folder : List.of(blobs, temporary)) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            List<Path> files;
            try (Stream<Path> walk = Files.walk(folder)) {
                files = walk.filter(Files::isRegularFile).toList();
            }
            for (Path file : files) {
                String name = file.getFileName().toString();
                boolean used = folder.equals(blobs)
                        ? linked.contains(blobs.relativize(file).getName(0) + ":" + name)
                        : uploads.contains(name);
                if (!used && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    static String digest(byte[] hash) {
        return ALGORITHM + ":" + HEX.formatHex(hash);
    }

    /**
     * The digest of content by the algorithm of another digest.
     *
     * @param like a digest, or another reference for the usual algorithm
     */
    static String digest(byte[] content, String like) {
        MessageDigest sha = hash(like);
        sha.update(content);
        return text(like, sha);
    }

    /** The digest of a file by the algorithm of another digest. */
    static String digest(Path file, String like) throws IOException {
        MessageDigest sha = hash(like);
        if (Files.exists(file)) {
            try (InputStream in = Files.newInputStream(file);
                    OutputStream hashing = new DigestOutputStream(OutputStream.nullOutputStream(), sha)) {
                in.transferTo(hashing);
            }
        }
        return text(like, sha);
    }

    /** Whether a digest is of the algorithm that is computed while content arrives. */
    static boolean usual(String digest) {
        return digest.startsWith(ALGORITHM + ":");
    }

    private static String text(String like, MessageDigest sha) {
        return (like.startsWith(LONG_ALGORITHM + ":") ? LONG_ALGORITHM : ALGORITHM) + ":" + HEX.formatHex(sha.digest());
    }

    private static MessageDigest hash(String like) {
        return like.startsWith(LONG_ALGORITHM + ":") ? algorithm("SHA-512") : sha256();
    }

    static MessageDigest sha256() {
        return algorithm("SHA-256");
    }

    private static MessageDigest algorithm(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform has no " + name, e);
        }
    }
}
