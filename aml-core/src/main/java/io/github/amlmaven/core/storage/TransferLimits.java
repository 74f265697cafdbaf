package io.github.amlmaven.core.storage;

import io.github.amlmaven.core.concurrent.AdaptiveLimit;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * What all transfers of one goal share: how many requests are under way, and how many bytes of files are in memory for
 * them. Small files and blocks of large ones count alike, each as one request.
 */
public final class TransferLimits {

    /** Blocks and ranges of large files; smaller files go in one request. */
    static final int BLOCK = 8 << 20;

    /** Requests under way are never more: each needs about a millisecond of CPU, so that more gain nothing. */
    static final int MOST_REQUESTS = 64;

    /** Few: as long as answers come in time, each round of them doubles it. */
    private static final int FIRST_REQUESTS = 2;

    private static final int KIB = 1024;
    private static final int MOST_MEMORY = 8 * BLOCK;

    /** Never less than two blocks, so that one can be read while the other is sent. */
    private static final int LEAST_MEMORY = 2 * BLOCK;

    private final AdaptiveLimit requests = new AdaptiveLimit(FIRST_REQUESTS, MOST_REQUESTS);
    private final Semaphore memory = new Semaphore((int) (Math.max(
                            LEAST_MEMORY,
                            Math.min(MOST_MEMORY, Runtime.getRuntime().maxMemory() / 8))
                    / KIB)
            + 16);

    /** Used again: a fresh one of that size is cleared first, and is work for the collector afterwards. */
    private final Queue<byte[]> blocks = new ConcurrentLinkedQueue<>();

    AdaptiveLimit requests() {
        return requests;
    }

    /** Makes one request, when there is room. */
    <T> T request(Supplier<T> request) {
        return requests.during(request);
    }

    /** Waits until a block of so many bytes may be held; give it back with {@link #freeBlock}. What is in it is left from before. */
    byte[] holdBlock(int length) {
        hold(length);
        byte[] known = length == BLOCK ? blocks.poll() : null;
        return known == null ? new byte[length] : known;
    }

    void freeBlock(byte[] block) {
        if (block.length == BLOCK) {
            blocks.add(block);
        }
        free(block.length);
    }

    /** Waits until so many bytes may be held; give them back with {@link #free}. */
    void hold(long bytes) {
        try {
            memory.acquire(kib(bytes));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw AmlException.of(ErrorCode.OPERATION_INTERRUPTED, "The transfer was interrupted")
                    .cause(interrupted)
                    .build();
        }
    }

    void free(long bytes) {
        memory.release(kib(bytes));
    }

    private static int kib(long bytes) {
        return (int) (bytes / KIB) + 1;
    }
}
