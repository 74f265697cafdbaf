package io.github.amlmaven.core.image.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A second thread that writes what the first one reads, so that both use the same bytes while they are in the cache.
 * Neither does anything but read, copy and hash: other work between two updates can throw the JDK's SHA-256 back to a
 * hundredth of its speed (JDK-8320206).
 */
final class DigestLane implements AutoCloseable {

    private static final int PIECES = 6;

    private final BlockingQueue<Piece> free = new ArrayBlockingQueue<>(PIECES);
    private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(PIECES + 1);
    private final CompletableFuture<@Nullable Void> written = new CompletableFuture<>();
    private final Thread thread;

    /** Some bytes that two threads use; reused when both have released it. */
    static final class Piece {
        private final byte[] bytes = new byte[FileLayer.BUFFER];
        private final AtomicInteger users = new AtomicInteger();
        private final BlockingQueue<Piece> home;
        private int count;

        Piece(BlockingQueue<Piece> home) {
            this.home = home;
        }

        byte[] bytes() {
            return bytes;
        }

        int count() {
            return count;
        }

        void release() {
            if (users.decrementAndGet() == 0) {
                home.add(this);
            }
        }
    }

    /** @param out written and closed by the lane's own thread */
    DigestLane(OutputStream out) {
        for (int i = 0; i < PIECES; i++) {
            free.add(new Piece(free));
        }
        this.thread = new Thread(() -> write(out), "aml-layer-hash");
        thread.setDaemon(true);
        thread.start();
    }

    private void write(OutputStream out) {
        try (out) {
            for (Piece piece = full.take(); piece.count >= 0; piece = full.take()) {
                if (!written.isDone()) {
                    write(piece, out);
                }
                piece.release();
            }
        } catch (IOException | InterruptedException e) {
            written.completeExceptionally(e);
        }
        written.complete(null);
    }

    /** A failure must not leave the reading thread without free pieces. */
    private void write(Piece piece, OutputStream out) {
        try {
            out.write(piece.bytes, 0, piece.count);
        } catch (IOException | RuntimeException e) {
            written.completeExceptionally(e);
        }
    }

    /** Reads the next piece for both threads; null at the end. The caller releases it. */
    @Nullable
    Piece read(InputStream in) throws IOException {
        try {
            Piece piece = free.take();
            piece.count = in.read(piece.bytes);
            if (piece.count < 0) {
                full.put(piece);
                return null;
            }
            piece.users.set(2);
            full.put(piece);
            return piece;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("hashing was interrupted");
        }
    }

    /** Waits for the other thread, after the end was read. */
    void finish() throws IOException {
        try {
            written.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
