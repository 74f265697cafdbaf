package io.github.amlmaven.core.storage;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.ParallelTransferOptions;
import com.azure.storage.blob.options.BlobParallelUploadOptions;
import io.github.amlmaven.core.concurrent.ParallelTasks;
import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Uploads files to a container the way azure-ai-ml does ({@code _artifacts/_blob_storage_helper.py}): whether content
 * is there already is told by metadata of its first blob, which is written after everything else.
 */
public final class BlobUpload {

    /** Written last, so that it vouches for all files. */
    static final String STATUS = "upload_status";

    static final String COMPLETED = "completed";

    private static final long BLOCK = 8L * 1024 * 1024;

    /** Blocks of one large file under way at the same time. */
    private static final int BLOCKS = 4;

    /** Requests under way at the same time: small files are bound by their round trips, not by bytes. */
    private static final int REQUESTS = 64;

    /** What a large file counts as, so that no more than four are in memory by their blocks. */
    private static final int LARGE_FILE = REQUESTS / 4;

    private final Supplier<BlobContainerClient> open;
    private final Progress progress;
    private volatile @Nullable BlobContainerClient container;

    /**
     * An upload to one container.
     *
     * @param open opens the container; asked again when the signature has expired
     */
    public BlobUpload(Supplier<BlobContainerClient> open, Progress progress) {
        this.open = open;
        this.progress = progress;
    }

    /**
     * The metadata of a finished upload.
     *
     * @param files as they will be uploaded
     * @param prefix the folder in the container, with a trailing slash unless it is the root
     * @return empty when there is none, or none that finished
     */
    public Optional<Map<String, String>> finished(ContentFiles files, String prefix) {
        return metadata(indicator(files, prefix)).filter(found -> COMPLETED.equals(found.get(STATUS)));
    }

    /**
     * Uploads whatever is not there yet.
     *
     * @param marks further metadata for the first blob: the name and version of the asset
     */
    public void upload(ContentFiles files, String prefix, Map<String, String> marks) {
        String indicator = indicator(files, prefix);
        Optional<Map<String, String>> found = metadata(indicator);
        if (found.isPresent() && COMPLETED.equals(found.get().get(STATUS))) {
            progress.debug("Already uploaded: " + prefix);
            return;
        }
        // Leftovers of an upload that broke off may be of any content; they are overwritten.
        send(files, prefix, found.isPresent());
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(STATUS, COMPLETED);
        metadata.putAll(marks);
        call("finish the upload of " + files.root().getFileName(), blobs -> {
            blobs.getBlobClient(indicator).setMetadata(metadata);
            return metadata;
        });
    }

    private void send(ContentFiles files, String prefix, boolean overwrite) {
        List<Snapshot> before = new ArrayList<>();
        for (ContentFiles.Entry file : files.files()) {
            before.add(Snapshot.of(file.path()));
        }
        AtomicLong done = new AtomicLong();
        long total = files.size();
        String task = "Uploading " + files.root().getFileName();
        Semaphore requests = new Semaphore(REQUESTS);
        ParallelTasks.run(REQUESTS, files.files(), file -> {
            int weight = file.size() > BLOCK ? LARGE_FILE : 1;
            requests.acquireUninterruptibly(weight);
            try {
                sendFile(file, prefix + file.name(), overwrite, sent -> progress.bytes(task, done.get() + sent, total));
            } finally {
                requests.release(weight);
            }
            progress.bytes(task, done.addAndGet(file.size()), total);
        });
        for (int i = 0; i < before.size(); i++) {
            ContentFiles.Entry file = files.files().get(i);
            if (!Snapshot.of(file.path()).equals(before.get(i)) || before.get(i).size() != file.size()) {
                throw changed(file.path());
            }
        }
    }

    private void sendFile(
            ContentFiles.Entry file, String blob, boolean overwrite, com.azure.core.util.ProgressListener listener) {
        call("upload " + file.name(), blobs -> {
            BlobClient client = blobs.getBlobClient(blob);
            BlobParallelUploadOptions options = new BlobParallelUploadOptions(BinaryData.fromFile(file.path()))
                    .setHeaders(new BlobHttpHeaders().setContentType("application/octet-stream"))
                    .setComputeMd5(true)
                    .setParallelTransferOptions(new ParallelTransferOptions()
                            .setBlockSizeLong(BLOCK)
                            .setMaxSingleUploadSizeLong(BLOCK)
                            .setMaxConcurrency(BLOCKS)
                            .setProgressListener(listener));
            if (!overwrite) {
                options.setRequestConditions(new BlobRequestConditions().setIfNoneMatch("*"));
            }
            try {
                client.uploadWithResponse(options, null, Context.NONE);
            } catch (BlobStorageException there) {
                // The path holds the content's hash: whoever wrote it first wrote the same bytes. This is also how a
                // retry after a lost answer looks.
                if (!BlobErrorCode.BLOB_ALREADY_EXISTS.equals(there.getErrorCode())
                        || client.getProperties().getBlobSize() != file.size()) {
                    throw there;
                }
            }
            return blob;
        });
    }

    private Optional<Map<String, String>> metadata(String blob) {
        return call("look for an earlier upload", blobs -> {
            try {
                return Optional.of(
                        lowerCased(blobs.getBlobClient(blob).getProperties().getMetadata()));
            } catch (BlobStorageException missing) {
                if (missing.getStatusCode() == 404) {
                    return Optional.empty();
                }
                throw missing;
            }
        });
    }

    /** One call; with a fresh signature when the one at hand is no longer accepted. */
    private <T> T call(String what, java.util.function.Function<BlobContainerClient, T> action) {
        try {
            BlobContainerClient current = container();
            try {
                return action.apply(current);
            } catch (BlobStorageException refused) {
                if (!BlobErrors.isExpiredSignature(refused)) {
                    throw refused;
                }
                return action.apply(reopened(current));
            }
        } catch (RuntimeException failure) {
            throw BlobErrors.of(what, failure);
        }
    }

    private synchronized BlobContainerClient container() {
        BlobContainerClient current = container;
        if (current == null) {
            current = open.get();
            container = current;
        }
        return current;
    }

    /** All threads see the same refusal; the first one renews. */
    private synchronized BlobContainerClient reopened(BlobContainerClient refused) {
        if (container == refused) {
            progress.debug("The storage signature is refused; asking for a new one");
            container = open.get();
        }
        return container();
    }

    private static Map<String, String> lowerCased(@Nullable Map<String, String> metadata) {
        Map<String, String> lower = new LinkedHashMap<>();
        if (metadata != null) {
            metadata.forEach((name, value) -> lower.put(name.toLowerCase(java.util.Locale.ROOT), value));
        }
        return lower;
    }

    private static String indicator(ContentFiles files, String prefix) {
        return prefix + files.files().get(0).name();
    }

    private static AmlException changed(Path file) {
        return AmlException.of(ErrorCode.FILE_CHANGED, file + " changed while it was uploaded")
                .build();
    }

    /** What tells that a file was written to. */
    private record Snapshot(long size, long modifiedNanos) {
        static Snapshot of(Path file) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return new Snapshot(
                        attributes.size(), attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS));
            } catch (IOException gone) {
                throw changed(file);
            }
        }
    }
}
