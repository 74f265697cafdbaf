package io.github.amlmaven.core.storage;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.Block;
import com.azure.storage.blob.models.BlockList;
import com.azure.storage.blob.models.BlockListType;
import com.azure.storage.blob.options.BlockBlobCommitBlockListOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.content.Md5;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * One large file in blocks. A block's id is made of its MD5 and its number, so that a block which the service has from
 * an upload that broke off is taken when, and only when, it is the same bytes: uncommitted blocks are kept for a week
 * (https://learn.microsoft.com/rest/api/storageservices/put-block). The service checks each block against its MD5 when
 * it comes, and keeps that of the whole for those who read the blob.
 */
final class BlockUpload {

    /** Ids of one blob must be of one length, so that this tells others' blocks. */
    private static final byte[] MARK = "aml1".getBytes(StandardCharsets.US_ASCII);

    private static final int ID_LENGTH = 16 + Integer.BYTES + MARK.length;

    /** Bytes read at a time: still in the processor's cache when they are hashed. */
    private static final int PIECE = 1 << 17;

    private final SignedContainer container;
    private final TransferLimits limits;
    private final Executor senders;

    /**
     * @param senders threads for the blocks
     */
    BlockUpload(SignedContainer container, TransferLimits limits, Executor senders) {
        this.container = container;
        this.limits = limits;
        this.senders = senders;
    }

    /**
     * Sends what is not there yet, and commits it.
     *
     * @param overwrite whether a blob of the same name that is not the same bytes may be there
     * @param moved told how many bytes more are there
     */
    void send(ContentFiles.Entry file, String blob, boolean overwrite, LongConsumer moved) throws IOException {
        BlockList there = blocks(blob);
        boolean replace = overwrite;
        if (there.getUncommittedBlocks().stream().anyMatch(block -> !isOurs(block))) {
            discardBlocks(file, blob);
            there = blocks(blob);
            replace = true;
        }
        Set<String> known = ids(there.getUncommittedBlocks());
        known.addAll(ids(there.getCommittedBlocks()));
        Md5 whole = new Md5();
        List<String> ids = stage(file, blob, known, whole, moved);
        List<String> committed =
                there.getCommittedBlocks().stream().map(Block::getName).toList();
        if (!committed.equals(ids)) {
            commit(file, blob, ids, whole.bytes(), replace);
        }
    }

    private List<String> stage(ContentFiles.Entry file, String blob, Set<String> known, Md5 whole, LongConsumer moved)
            throws IOException {
        List<CompletableFuture<String>> blocks = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file.path())) {
            for (long left = file.size();
                    left > 0 && blocks.stream().noneMatch(CompletableFuture::isCompletedExceptionally); ) {
                byte[] bytes = limits.holdBlock((int) Math.min(TransferLimits.BLOCK, left));
                try {
                    read(file, in, bytes, whole);
                } catch (IOException | RuntimeException failure) {
                    limits.freeBlock(bytes);
                    throw failure;
                }
                int number = blocks.size();
                blocks.add(CompletableFuture.supplyAsync(
                                () -> {
                                    String id = stage(file, blob, number, bytes, known);
                                    moved.accept(bytes.length);
                                    return id;
                                },
                                senders)
                        .whenComplete((id, failure) -> limits.freeBlock(bytes)));
                left -= bytes.length;
            }
        } finally {
            // Also when reading fails: nothing is sent any more when this returns.
            CompletableFuture.allOf(blocks.toArray(CompletableFuture[]::new))
                    .exceptionally(failure -> null)
                    .join();
        }
        try {
            return blocks.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException failed) {
            throw BlobErrors.of("upload " + file.name(), failed);
        }
    }

    /** The whole is summed up as it is read, in order, while other threads send what was read before. */
    private static void read(ContentFiles.Entry file, InputStream in, byte[] block, Md5 whole) throws IOException {
        for (int at = 0; at < block.length; ) {
            int count = in.read(block, at, Math.min(PIECE, block.length - at));
            if (count < 0) {
                throw BlobUpload.changed(file.path());
            }
            whole.add(block, at, count);
            at += count;
        }
    }

    private String stage(ContentFiles.Entry file, String blob, int number, byte[] bytes, Set<String> known) {
        byte[] md5 = Md5.of(bytes);
        String id = Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(ID_LENGTH)
                        .put(MARK)
                        .putInt(number)
                        .put(md5)
                        .array());
        if (!known.contains(id)) {
            limits.request(() -> container.put("upload " + file.name(), (puts, blobs) -> {
                puts.putBlock(blob, id, bytes, md5);
                return id;
            }));
        }
        return id;
    }

    private void commit(ContentFiles.Entry file, String blob, List<String> ids, byte[] md5, boolean overwrite) {
        container.call("upload " + file.name(), blobs -> {
            BlockBlobCommitBlockListOptions options = new BlockBlobCommitBlockListOptions(ids)
                    .setHeaders(BlobUpload.headers().setContentMd5(md5));
            if (!overwrite) {
                options.setRequestConditions(new BlobRequestConditions().setIfNoneMatch("*"));
            }
            BlockBlobClient client = client(blobs, blob);
            try {
                client.commitBlockListWithResponse(options, null, Context.NONE);
            } catch (BlobStorageException there) {
                BlobUpload.requireSame(there, client, file.size(), md5);
            }
            return blob;
        });
    }

    private BlockList blocks(String blob) {
        return container.call("look for an earlier upload", blobs -> {
            try {
                return client(blobs, blob).listBlocks(BlockListType.ALL);
            } catch (BlobStorageException missing) {
                if (missing.getStatusCode() == 404) {
                    return new BlockList().setCommittedBlocks(List.of()).setUncommittedBlocks(List.of());
                }
                throw missing;
            }
        });
    }

    /** Blocks of another client, with ids of another length, would have ours refused; an empty blob takes their place. */
    private void discardBlocks(ContentFiles.Entry file, String blob) {
        container.call(
                "upload " + file.name(), blobs -> client(blobs, blob).upload(BinaryData.fromBytes(new byte[0]), true));
    }

    private static boolean isOurs(Block block) {
        byte[] id = Base64.getDecoder().decode(block.getName());
        return id.length == ID_LENGTH && Arrays.equals(id, 0, MARK.length, MARK, 0, MARK.length);
    }

    private static Set<String> ids(List<Block> blocks) {
        return blocks.stream().map(Block::getName).collect(Collectors.toSet());
    }

    private static BlockBlobClient client(BlobContainerClient blobs, String blob) {
        return blobs.getBlobClient(blob).getBlockBlobClient();
    }
}
