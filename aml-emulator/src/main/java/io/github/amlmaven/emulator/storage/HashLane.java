package io.github.amlmaven.emulator.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A second thread that hashes what the first one reads and writes, while the bytes are in the cache. An MD5 takes as long as
 * all the rest of a large upload, and no two threads can share it.
 */
final class HashLane implements AutoCloseable {

    private static final int PIECES = 6;
    private static final int PIECE = 1 << 17;

    private final BlockingQueue<Piece> free = new ArrayBlockingQueue<>(PIECES);
    private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(PIECES);
    private final Thread thread;

    /** Some bytes that two threads use; read again when both are done with it. */
    private static final class Piece {
        private final byte[] bytes = new byte[PIECE];
        private final AtomicInteger users = new AtomicInteger();
        private int count;
    }

    private @Nullable Piece current;

    HashLane(ContentHash hash) {
        for (int i = 0; i < PIECES; i++) {
            free.add(new Piece());
        }
        this.thread = new Thread(() -> hash(hash), "aml-emulator-hash");
        thread.setDaemon(true);
        thread.start();
    }

    private void hash(ContentHash hash) {
        try {
            for (Piece piece = full.take(); piece.count > 0; piece = full.take()) {
                hash.update(piece.bytes, piece.count);
                release(piece);
            }
        } catch (InterruptedException e) {
            // The upload was given up; nobody asks for the hash.
            Thread.currentThread().interrupt();
        }
    }

    /** The next bytes, valid until the next call; null at the end, when the hash is complete. */
    @Nullable
    ByteBuffer read(InputStream in) throws IOException {
        try {
            if (current != null) {
                release(current);
                current = null;
            }
            Piece piece = free.take();
            // The JDK's server gives 8 KiB a read, and 16 by TLS: too little to wake a thread for.
            piece.count = in.readNBytes(piece.bytes, 0, PIECE);
            piece.users.set(2);
            full.put(piece);
            if (piece.count == 0) {
                thread.join();
                return null;
            }
            current = piece;
            return ByteBuffer.wrap(piece.bytes, 0, piece.count);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the emulator ends");
        }
    }

    private void release(Piece piece) {
        if (piece.users.decrementAndGet() == 0) {
            free.add(piece);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
