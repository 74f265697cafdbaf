package io.github.amlmaven.core.storage;

import com.azure.core.http.HttpHeader;
import com.azure.core.http.HttpHeaders;
import com.azure.core.util.Context;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.specialized.BlockBlobClient;
import io.github.amlmaven.core.concurrent.ParallelTasks;
import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.content.Md5;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Uploads files to a container the way azure-ai-ml does ({@code _artifacts/_blob_storage_helper.py}): whether content
 * is there already is told by metadata of its first blob, which is written after everything else.
 */
public final class BlobUpload {

    /** Written last, so that it vouches for all files. */
    static final String STATUS = "upload_status";

    static final String COMPLETED = "completed";

    static final String CONTENT_TYPE = "application/octet-stream";

    private static final String METADATA = "x-ms-meta-";

    /** Blocks under way at the same time; how many are in memory is up to the limits. */
    private static final int MOST_BLOCKS = 16;

    private final SignedContainer container;
    private final TransferLimits limits;
    private final Progress progress;

    /** An upload to one container. */
    public BlobUpload(SignedContainer container, TransferLimits limits, Progress progress) {
        this.container = container;
        this.limits = limits;
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
        container.call("finish the upload of " + files.root().getFileName(), blobs -> {
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
        LongConsumer moved = bytes -> progress.bytes(task, done.addAndGet(bytes), total);
        ExecutorService senders = ParallelTasks.pool(MOST_BLOCKS);
        try {
            BlockUpload blocks = new BlockUpload(container, limits, senders);
            ParallelTasks.run(TransferLimits.MOST_REQUESTS, largeFirst(files.files()), file -> {
                try {
                    if (file.size() > TransferLimits.BLOCK) {
                        blocks.send(file, prefix + file.name(), overwrite, moved);
                    } else {
                        sendWhole(file, prefix + file.name(), overwrite);
                        moved.accept(file.size());
                    }
                } catch (IOException unreadable) {
                    throw AmlException.of(
                                    ErrorCode.LOCAL_IO, file.path() + " cannot be read: " + unreadable.getMessage())
                            .cause(unreadable)
                            .build();
                }
            });
        } finally {
            senders.shutdownNow();
        }
        for (int i = 0; i < before.size(); i++) {
            ContentFiles.Entry file = files.files().get(i);
            if (!Snapshot.of(file.path()).equals(before.get(i)) || before.get(i).size() != file.size()) {
                throw changed(file.path());
            }
        }
    }

    /** What takes longest begins first. */
    private static List<ContentFiles.Entry> largeFirst(List<ContentFiles.Entry> files) {
        return Stream.concat(
                        files.stream().filter(file -> file.size() > TransferLimits.BLOCK),
                        files.stream().filter(file -> file.size() <= TransferLimits.BLOCK))
                .toList();
    }

    private void sendWhole(ContentFiles.Entry file, String blob, boolean overwrite) throws IOException {
        limits.hold(file.size());
        try {
            byte[] bytes = Files.readAllBytes(file.path());
            if (bytes.length != file.size()) {
                throw changed(file.path());
            }
            byte[] md5 = Md5.of(bytes);
            limits.request(() -> container.put("upload " + file.name(), (puts, blobs) -> {
                try {
                    puts.putBlob(blob, bytes, md5, overwrite);
                } catch (BlobStorageException there) {
                    requireSame(there, blobs.getBlobClient(blob).getBlockBlobClient(), bytes.length, md5);
                }
                return blob;
            }));
        } finally {
            limits.free(file.size());
        }
    }

    static BlobHttpHeaders headers() {
        return new BlobHttpHeaders().setContentType(CONTENT_TYPE);
    }

    /**
     * The path holds the content's hash: whoever wrote it first wrote the same bytes. This is also how a retry after a
     * lost answer looks.
     *
     * @throws BlobStorageException what the service said, unless it was that a blob of this content is there
     */
    static void requireSame(BlobStorageException said, BlockBlobClient client, long size, byte[] md5) {
        if (!BlobErrorCode.BLOB_ALREADY_EXISTS.equals(said.getErrorCode())) {
            throw said;
        }
        BlobProperties there = client.getProperties();
        byte[] known = there.getContentMd5();
        if (there.getBlobSize() != size || (known != null && !Arrays.equals(known, md5))) {
            throw said;
        }
    }

    private Optional<Map<String, String>> metadata(String blob) {
        return container.call("look for an earlier upload", blobs -> {
            try {
                return Optional.of(metadata(blobs.getBlobClient(blob)
                        .getPropertiesWithResponse(null, null, Context.NONE)
                        .getHeaders()));
            } catch (BlobStorageException missing) {
                if (missing.getStatusCode() == 404) {
                    return Optional.empty();
                }
                throw missing;
            }
        });
    }

    /** The SDK's own reading overlooks metadata whose headers a proxy or server has written in capitals. */
    private static Map<String, String> metadata(HttpHeaders headers) {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (HttpHeader header : headers) {
            String name = header.getName().toLowerCase(Locale.ROOT);
            if (name.startsWith(METADATA)) {
                metadata.put(name.substring(METADATA.length()), header.getValue());
            }
        }
        return metadata;
    }

    private static String indicator(ContentFiles files, String prefix) {
        return prefix + files.files().get(0).name();
    }

    static AmlException changed(Path file) {
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
