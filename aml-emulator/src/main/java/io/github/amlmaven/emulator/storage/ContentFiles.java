package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.store.ByteStore;
import java.io.ByteArrayInputStream;
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
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
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
 * Immutable content on disk: a file each, and small ones together in the store. It is complete before its segment is returned,
 * so a document that names a segment never names half a content, also when the process is killed. Files are not forced to the
 * disk, which would make a large blob half as slow again: a power failure may take those of the last seconds. What is being
 * read is deleted only when its last reader has closed it.
 */
final class ContentFiles {

    private static final int BUFFER = 1 << 17;

    /** From so many bytes of a content on a second thread hashes it. */
    private static final int LARGE = 1 << 22;

    private final Path root;
    private final SmallContents small;
    private final Map<String, Integer> readers = new HashMap<>();
    private final Set<String> doomed = new HashSet<>();

    ContentFiles(Path root, ByteStore small) {
        this.root = root;
        this.small = new SmallContents(small);
    }

    /** What is to be computed while the bytes pass. */
    record Checks(boolean md5, boolean crc64) {
        static final Checks NONE = new Checks(false, false);
        static final Checks MD5 = new Checks(true, false);
    }

    /** A stored file; the checks are base64, empty when not asked for. */
    record Stored(Segment segment, String md5, String crc64) {}

    Stored write(InputStream in, Checks checks) throws IOException {
        ContentHash hash = new ContentHash(checks);
        byte[] beginning = in.readNBytes(SmallContents.LARGEST + 1);
        hash.update(beginning, beginning.length);
        Segment segment = beginning.length <= SmallContents.LARGEST
                ? new Segment(small.put(beginning), beginning.length, "")
                : writeFile(beginning, in, hash);
        return new Stored(segment, hash.md5(), hash.crc64());
    }

    /** @param hash of the beginning; completed */
    private Segment writeFile(byte[] beginning, InputStream in, ContentHash hash) throws IOException {
        String file = newName();
        try (FileChannel channel = create(root.resolve(file))) {
            write(channel, ByteBuffer.wrap(beginning));
            writeRest(channel, in, hash);
            return new Segment(file, channel.position(), "");
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(root.resolve(file));
            throw e;
        }
    }

    private static void writeRest(FileChannel channel, InputStream in, ContentHash hash) throws IOException {
        byte[] buffer = new byte[BUFFER];
        while (!hash.wanted() || channel.position() < LARGE) {
            int n = in.readNBytes(buffer, 0, BUFFER);
            if (n == 0) {
                return;
            }
            hash.update(buffer, n);
            write(channel, ByteBuffer.wrap(buffer, 0, n));
        }
        try (HashLane lane = new HashLane(hash)) {
            for (ByteBuffer bytes = lane.read(in); bytes != null; bytes = lane.read(in)) {
                write(channel, bytes);
            }
        }
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static FileChannel create(Path file) throws IOException {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (NoSuchFileException noFolder) {
            Files.createDirectories(file.getParent());
            return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
    }

    /** The same bytes under a second name: a hard link, or a copy where the file system has none. */
    Segment duplicate(Segment segment) throws IOException {
        if (SmallContents.named(segment.file())) {
            return new Segment(small.put(small.get(segment.file())), segment.length(), segment.blockId());
        }
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
            if (!exists(file)) {
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
                    remove(segment.file());
                }
            }
        }
    }

    private boolean exists(String file) {
        return SmallContents.named(file) ? small.contains(file) : Files.exists(root.resolve(file));
    }

    private void remove(String file) throws IOException {
        if (SmallContents.named(file)) {
            small.delete(List.of(file));
        } else {
            Files.deleteIfExists(root.resolve(file));
        }
    }

    /** Deletes files older than {@code before} that are not {@code named}: what a kill between file and document left. */
    void sweep(Set<String> named, Instant before) throws IOException {
        small.sweep(named);
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
            remove(file);
        }
    }

    private static String newName() {
        String id = UUID.randomUUID().toString();
        return id.substring(0, 2) + "/" + id;
    }

    private record Slice(String file, long offset, long length) {}

    private InputStream open(Slice slice) throws IOException {
        if (SmallContents.named(slice.file())) {
            // No longer than an array, as all of them are small.
            return new ByteArrayInputStream(small.get(slice.file()), (int) slice.offset(), (int) slice.length());
        }
        FileChannel channel = FileChannel.open(root.resolve(slice.file()), StandardOpenOption.READ);
        channel.position(slice.offset());
        return Channels.newInputStream(channel);
    }

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
                in = open(slice);
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
