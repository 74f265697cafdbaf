package io.github.amlmaven.core.storage;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.ListBlobsOptions;
import io.github.amlmaven.core.concurrent.ParallelTasks;
import io.github.amlmaven.core.content.Folders;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The blobs at or below a path, to read.
 *
 * @param container where they are
 * @param path a folder, with or without a trailing slash, or one blob
 * @param progress told about bytes
 */
public record BlobFolder(BlobContainerClient container, String path, Progress progress) {

    private static final int CONCURRENCY = 4;

    /**
     * One blob.
     *
     * @param blob its full name
     * @param name relative to the folder; the last segment for a single blob
     * @param size bytes
     */
    public record Entry(String blob, String name, long size) {}

    /** All blobs, by name. */
    public List<Entry> entries() {
        try {
            String folder = path.isEmpty() || path.endsWith("/") ? path : path + "/";
            List<Entry> entries = new ArrayList<>();
            for (BlobItem item : container.listBlobs(new ListBlobsOptions().setPrefix(path), null)) {
                long size = item.getProperties().getContentLength();
                if (item.getName().startsWith(folder) && !item.getName().endsWith("/")) {
                    entries.add(new Entry(item.getName(), safe(item.getName().substring(folder.length())), size));
                } else if (item.getName().equals(path)) {
                    entries.add(new Entry(path, safe(path.substring(path.lastIndexOf('/') + 1)), size));
                }
            }
            entries.sort(Comparator.comparing(Entry::name));
            return entries;
        } catch (RuntimeException failure) {
            throw BlobErrors.of("list " + path, failure);
        }
    }

    /** Opens a blob; broken reads are taken up where they stopped, under the same ETag. */
    public InputStream open(Entry entry) {
        try {
            return container.getBlobClient(entry.blob()).openInputStream();
        } catch (RuntimeException failure) {
            throw BlobErrors.of("read " + entry.name(), failure);
        }
    }

    /**
     * Downloads everything into a folder, which is replaced as a whole when all files are there.
     *
     * @return the number of files
     */
    public int download(Path target) {
        List<Entry> entries = entries();
        Path parent = target.toAbsolutePath().getParent();
        try {
            Path directory = Files.createDirectories(parent == null ? Path.of("") : parent);
            Path fresh = Files.createTempDirectory(directory, ".download-");
            try {
                fetch(entries, fresh, "Downloading " + target.getFileName());
                Folders.delete(target);
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Folders.delete(fresh);
            }
        } catch (IOException failure) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "Cannot write " + target + ": " + failure.getMessage())
                    .cause(failure)
                    .build();
        }
        return entries.size();
    }

    private void fetch(List<Entry> entries, Path fresh, String task) {
        long total = entries.stream().mapToLong(Entry::size).sum();
        AtomicLong done = new AtomicLong();
        if (entries.isEmpty()) {
            return;
        }
        ParallelTasks.run(CONCURRENCY, entries, entry -> {
            Path file = fresh.resolve(entry.name());
            try {
                Files.createDirectories(file.getParent());
                container.getBlobClient(entry.blob()).downloadToFile(file.toString());
                if (Files.size(file) != entry.size()) {
                    throw AmlException.of(
                                    ErrorCode.STORAGE_FAILED,
                                    entry.name() + " has " + Files.size(file) + " bytes instead of " + entry.size())
                            .build();
                }
            } catch (IOException failure) {
                throw AmlException.of(ErrorCode.LOCAL_IO, "Cannot write " + entry.name() + ": " + failure.getMessage())
                        .cause(failure)
                        .build();
            } catch (RuntimeException failure) {
                throw BlobErrors.of("download " + entry.name(), failure);
            }
            progress.bytes(task, done.addAndGet(entry.size()), total);
        });
    }

    /** A blob's name must not lead out of the folder it is written to. */
    private static String safe(String name) {
        for (String segment : name.split("/", -1)) {
            if (segment.equals("..") || segment.contains("\\") || segment.indexOf('\0') >= 0) {
                throw AmlException.of(ErrorCode.STORAGE_FAILED, "The blob name '" + name + "' leads out of its folder")
                        .remedy("Look at who wrote it; nothing was downloaded.")
                        .build();
            }
        }
        return name;
    }
}
