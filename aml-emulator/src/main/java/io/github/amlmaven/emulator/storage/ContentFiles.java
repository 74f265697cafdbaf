package io.github.amlmaven.emulator.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Immutable content on disk. A file is written under a temporary name and renamed before its segment is returned, so a
 * document that names a segment never names half a file, also when the process is killed. Content is not forced to the disk,
 * which would make a large blob half as slow again: a power failure may take that of the last seconds. A file that is being read is deleted only when its
 * last reader has closed it.
 */
final class ContentFiles {

    private static final int BUFFER = 1 << 17;

    private final Path root;
    private final Map<String, Integer> readers = new HashMap<>();
    private final Set<String> doomed = new HashSet<>();

    ContentFiles(Path root) {
        this.root = root;
    }

    /** What is to be computed while the bytes pass. */
    record Checks(boolean md5, boolean crc64) {
        static final Checks NONE = new Checks(false, false);
        static final Checks MD5 = new Checks(true, false);
    }

    /** A stored file; the checks are base64, empty when not asked for. */
    record Stored(Segment segment, String md5, String crc64) {}

    Stored write(InputStream in, Checks checks) throws IOException {
        String file = newName();
        Path target = root.resolve(file);
        Path part = root.resolve(file + ".part");
        Files.createDirectories(target.getParent());
        MessageDigest md5 = md5();
        Crc64 crc = new Crc64();
        long length = 0;
        try {
            try (FileChannel channel =
                    FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                byte[] buffer = new byte[BUFFER];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (checks.md5()) {
                        md5.update(buffer, 0, n);
                    }
                    if (checks.crc64()) {
                        crc.update(buffer, 0, n);
                    }
                    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    length += n;
                }
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
        return new Stored(
                new Segment(file, length, ""),
                checks.md5() ? Base64.getEncoder().encodeToString(md5.digest()) : "",
                checks.crc64() ? crc.base64() : "");
    }

    /** The same bytes under a second name: a hard link, or a copy where the file system has none. */
    Segment duplicate(Segment segment) throws IOException {
        String file = newName();
        Path target = root.resolve(file);
        Files.createDirectories(target.getParent());
        try {
            Files.createLink(target, root.resolve(segment.file()));
        } catch (UnsupportedOperationException e) {
            try (InputStream in = Files.newInputStream(root.resolve(segment.file()))) {
                return new Segment(write(in, Checks.NONE).segment().file(), segment.length(), segment.blockId());
            }
        }
        return new Segment(file, segment.length(), segment.blockId());
    }

    /**
     * Opens {@code length} bytes from {@code offset} of the segments taken together.
     *
     * @throws NoSuchFileException when another content has taken their place since their document was read
     */
    InputStream open(List<Segment> segments, long offset, long length) throws IOException {
        List<Slice> slices = new ArrayList<>();
        long skip = offset;
        long left = length;
        for (Segment segment : segments) {
            if (skip >= segment.length()) {
                skip -= segment.length();
            } else if (left > 0) {
                long take = Math.min(left, segment.length() - skip);
                slices.add(new Slice(segment.file(), skip, take));
                left -= take;
                skip = 0;
            }
        }
        List<String> held = slices.stream().map(Slice::file).toList();
        hold(held);
        for (String file : held) {
            if (!Files.exists(root.resolve(file))) {
                release(held);
                throw new NoSuchFileException(file);
            }
        }
        List<InputStream> streams = slices.stream()
                .<InputStream>map(slice -> new SliceStream(slice))
                .toList();
        return new FilterInputStream(new SequenceInputStream(Collections.enumeration(streams))) {
            private boolean closed;

            @Override
            public void close() throws IOException {
                if (!closed) {
                    closed = true;
                    super.close();
                    release(held);
                }
            }
        };
    }

    /** Deletes what no document names any more. */
    void delete(Collection<Segment> segments) throws IOException {
        for (Segment segment : segments) {
            synchronized (readers) {
                if (readers.containsKey(segment.file())) {
                    doomed.add(segment.file());
                } else {
                    // Under the lock: whoever holds a file finds it there, or gone, and not about to go.
                    Files.deleteIfExists(root.resolve(segment.file()));
                }
            }
        }
    }

    /** Deletes files older than {@code before} that are not {@code named}: what a kill between file and document left. */
    void sweep(Set<String> named, Instant before) throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> files = Files.walk(root)) {
            all = files.filter(Files::isRegularFile).toList();
        }
        for (Path file : all) {
            String name = root.relativize(file).toString().replace('\\', '/');
            if (!named.contains(name)
                    && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                Files.deleteIfExists(file);
            }
        }
    }

    static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
        }
    }

    private void hold(List<String> files) {
        synchronized (readers) {
            files.forEach(file -> readers.merge(file, 1, Integer::sum));
        }
    }

    private void release(List<String> files) throws IOException {
        List<String> free = new ArrayList<>();
        synchronized (readers) {
            for (String file : files) {
                boolean last = readers.merge(file, -1, Integer::sum) <= 0;
                if (last) {
                    readers.remove(file);
                    if (doomed.remove(file)) {
                        free.add(file);
                    }
                }
            }
        }
        for (String file : free) {
            Files.deleteIfExists(root.resolve(file));
        }
    }

    private static String newName() {
        String id = UUID.randomUUID().toString();
        return id.substring(0, 2) + "/" + id;
    }

    static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    private record Slice(String file, long offset, long length) {}

    /** Opens its file at the first read, so that a blob of many blocks holds one file open at a time. */
    private final class SliceStream extends InputStream {

        private final Slice slice;
        private long left;
        private InputStream in = InputStream.nullInputStream();
        private boolean opened;

        SliceStream(Slice slice) {
            this.slice = slice;
            this.left = slice.length();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            if (!opened) {
                FileChannel channel = FileChannel.open(root.resolve(slice.file()), StandardOpenOption.READ);
                channel.position(slice.offset());
                in = Channels.newInputStream(channel);
                opened = true;
            }
            int n = in.read(buffer, offset, (int) Math.min(length, left));
            if (n < 0) {
                throw new IOException("content file " + slice.file() + " is shorter than its document says");
            }
            left -= n;
            return n;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
