package io.github.amlmaven.core.storage;

import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobItemProperties;
import com.azure.storage.blob.models.ListBlobsOptions;
import io.github.amlmaven.core.content.Folders;
import io.github.amlmaven.core.content.Md5;
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
import org.jspecify.annotations.Nullable;

/**
 * The blobs at or below a path, to read.
 *
 * @param container where they are
 * @param limits shared with other transfers
 * @param path a folder, with or without a trailing slash, or one blob
 * @param progress told about bytes
 */
public record BlobFolder(SignedContainer container, TransferLimits limits, String path, Progress progress) {

    /**
     * One blob.
     *
     * @param blob its full name
     * @param name relative to the folder; the last segment for a single blob
     * @param size bytes
     * @param etag of this version of it
     * @param md5 of the content, in base64; empty when whoever wrote it gave none
     */
    public record Entry(
            String blob, String name, long size, @Nullable String etag, String md5) {}

    /** All blobs, by name. */
    public List<Entry> entries() {
        return container.call("list " + path, blobs -> {
            String folder = path.isEmpty() || path.endsWith("/") ? path : path + "/";
            List<Entry> entries = new ArrayList<>();
            for (BlobItem item : blobs.listBlobs(new ListBlobsOptions().setPrefix(path), null)) {
                if (item.getName().startsWith(folder) && !item.getName().endsWith("/")) {
                    entries.add(entry(item, item.getName().substring(folder.length())));
                } else if (item.getName().equals(path)) {
                    entries.add(entry(item, path.substring(path.lastIndexOf('/') + 1)));
                }
            }
            entries.sort(Comparator.comparing(Entry::name));
            return entries;
        });
    }

    private static Entry entry(BlobItem item, String name) {
        BlobItemProperties properties = item.getProperties();
        byte[] md5 = properties.getContentMd5();
        return new Entry(
                item.getName(),
                safe(name),
                properties.getContentLength(),
                quoted(properties.getETag()),
                md5 == null ? "" : Md5.text(md5));
    }

    /** Lists name it bare; conditions want it as headers have it. */
    private static @Nullable String quoted(@Nullable String etag) {
        return etag == null || etag.startsWith("\"") ? etag : "\"" + etag + "\"";
    }

    /** Opens a blob; broken reads are taken up where they stopped, under the same ETag. */
    public InputStream open(Entry entry) {
        return container.call(
                "read " + entry.name(),
                blobs -> blobs.getBlobClient(entry.blob()).openInputStream());
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
                new BlobDownload(container, limits, progress)
                        .into(fresh, entries, "Downloading " + target.getFileName());
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
