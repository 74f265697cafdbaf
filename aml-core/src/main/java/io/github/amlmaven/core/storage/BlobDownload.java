package io.github.amlmaven.core.storage;

import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.specialized.BlobClientBase;
import io.github.amlmaven.core.concurrent.ParallelTasks;
import io.github.amlmaven.core.content.Md5;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.storage.BlobFolder.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Blobs to files of a folder: small ones each in one request, large ones in ranges, all at the same time as far as the
 * limits go. What comes is held against the MD5 that the blob was committed with, and asked for once more when it is
 * something else.
 */
final class BlobDownload {

    private final SignedContainer container;
    private final TransferLimits limits;
    private final Progress progress;

    BlobDownload(SignedContainer container, TransferLimits limits, Progress progress) {
        this.container = container;
        this.limits = limits;
        this.progress = progress;
    }

    /** A part of a blob; the whole of a small one. */
    private record Part(Entry entry, Path file, long offset, int length) {}

    /**
     * Downloads into an empty folder.
     *
     * @param task as the user reads it
     */
    void into(Path folder, List<Entry> entries, String task) throws IOException {
        List<Part> parts = new ArrayList<>();
        List<Part> large = new ArrayList<>();
        for (Entry entry : entries) {
            Path file = folder.resolve(entry.name());
            Files.createDirectories(file.getParent());
            if (entry.size() <= TransferLimits.BLOCK) {
                parts.add(new Part(entry, file, 0, (int) entry.size()));
            } else {
                Files.createFile(file);
                large.add(new Part(entry, file, 0, 0));
                ranges(entry, file, parts);
            }
        }
        long total = entries.stream().mapToLong(Entry::size).sum();
        AtomicLong done = new AtomicLong();
        ParallelTasks.run(TransferLimits.MOST_REQUESTS, parts, part -> {
            if (part.length() == part.entry().size()) {
                Files.write(part.file(), verified(part));
            } else {
                range(part);
            }
            progress.bytes(task, done.addAndGet(part.length()), total);
        });
        for (Part whole : large) {
            verify(whole);
        }
    }

    private static void ranges(Entry entry, Path file, List<Part> parts) {
        for (long offset = 0; offset < entry.size(); offset += TransferLimits.BLOCK) {
            parts.add(new Part(entry, file, offset, (int) Math.min(TransferLimits.BLOCK, entry.size() - offset)));
        }
    }

    private byte[] verified(Part part) {
        limits.hold(part.length());
        try {
            byte[] bytes = content(part);
            if (isDamaged(part.entry(), bytes)) {
                again(part.entry());
                bytes = content(part);
                if (isDamaged(part.entry(), bytes)) {
                    throw damaged(part.entry());
                }
            }
            return bytes;
        } finally {
            limits.free(part.length());
        }
    }

    private byte[] content(Part part) {
        return limits.request(() -> container.call(
                "download " + part.entry().name(),
                blobs -> blobs.getBlobClient(part.entry().blob())
                        .downloadContentWithResponse(null, unchanged(part.entry()), null, Context.NONE)
                        .getValue()
                        .toBytes()));
    }

    private static boolean isDamaged(Entry entry, byte[] bytes) {
        return bytes.length != entry.size()
                || (!entry.md5().isEmpty() && !entry.md5().equals(Md5.text(Md5.of(bytes))));
    }

    private void range(Part part) {
        limits.request(() -> container.call("download " + part.entry().name(), blobs -> {
            BlobClientBase client = blobs.getBlobClient(part.entry().blob());
            try (FileChannel channel = FileChannel.open(part.file(), StandardOpenOption.WRITE);
                    PositionedOutput out = new PositionedOutput(channel, part.offset())) {
                client.downloadStreamWithResponse(
                        out,
                        new BlobRange(part.offset(), (long) part.length()),
                        null,
                        unchanged(part.entry()),
                        false,
                        null,
                        Context.NONE);
                if (out.position != part.offset() + part.length()) {
                    throw damaged(part.entry());
                }
            } catch (IOException failure) {
                throw AmlException.of(
                                ErrorCode.LOCAL_IO,
                                "Cannot write " + part.entry().name() + ": " + failure.getMessage())
                        .cause(failure)
                        .build();
            }
            return client;
        }));
    }

    /** The whole of a large file, from the page cache; one that was committed without an MD5 is known by its length. */
    private void verify(Part whole) throws IOException {
        Entry entry = whole.entry();
        if (entry.md5().isEmpty() || entry.md5().equals(sum(whole.file()))) {
            return;
        }
        again(entry);
        List<Part> parts = new ArrayList<>();
        ranges(entry, whole.file(), parts);
        ParallelTasks.run(TransferLimits.MOST_REQUESTS, parts, this::range);
        if (!entry.md5().equals(sum(whole.file()))) {
            throw damaged(entry);
        }
    }

    private static String sum(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Md5.text(new Md5().add(in).bytes());
        }
    }

    private void again(Entry entry) {
        progress.warn(entry.name() + " did not arrive as it was stored; it is downloaded once more");
    }

    /** All parts are of the blob that was listed, not of one that has taken its place since. */
    private static BlobRequestConditions unchanged(Entry entry) {
        return new BlobRequestConditions().setIfMatch(entry.etag());
    }

    private static AmlException damaged(Entry entry) {
        return AmlException.of(
                        ErrorCode.STORAGE_FAILED,
                        entry.name() + " did not arrive as it was stored, twice: its length or its MD5 is another")
                .remedy(
                        "Look at what is between here and the storage (proxies, virus scanners), and at the blob itself:"
                                + " its Content-MD5 may have been set to that of something else.")
                .build();
    }

    /** Writes into the middle of a file, as other threads do elsewhere in it. */
    private static final class PositionedOutput extends OutputStream {
        private final FileChannel channel;
        private long position;

        PositionedOutput(FileChannel channel, long position) {
            this.channel = channel;
            this.position = position;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
            while (left.hasRemaining()) {
                position += channel.write(left, position);
            }
        }
    }
}
