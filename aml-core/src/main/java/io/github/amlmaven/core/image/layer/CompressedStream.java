package io.github.amlmaven.core.image.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A tar, compressed while it is read. */
final class CompressedStream extends InputStream {

    private final InputStream source;
    private final Window window = new Window();
    private final OutputStream compressed;
    private final byte[] buffer = new byte[FileLayer.BUFFER];
    private boolean ended;

    CompressedStream(InputStream source, LayerCompression compression) throws IOException {
        this.source = source;
        this.compressed = compression.over(window);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        while (window.isEmpty()) {
            if (ended) {
                return -1;
            }
            window.reset();
            int read = source.read(buffer);
            if (read < 0) {
                ended = true;
                compressed.close();
            } else {
                compressed.write(buffer, 0, read);
            }
        }
        return window.take(bytes, offset, count);
    }

    @Override
    public void close() throws IOException {
        source.close();
        if (!ended) {
            ended = true;
            // Frees the compressor's native memory.
            compressed.close();
        }
    }

    /** What was compressed and not read yet. */
    private static final class Window extends ByteArrayOutputStream {
        private int taken;

        Window() {
            super(2 * FileLayer.BUFFER);
        }

        synchronized boolean isEmpty() {
            return taken == count;
        }

        @Override
        public synchronized void reset() {
            super.reset();
            taken = 0;
        }

        synchronized int take(byte[] bytes, int offset, int wanted) {
            int now = Math.min(wanted, count - taken);
            System.arraycopy(buf, taken, bytes, offset, now);
            taken += now;
            return now;
        }
    }
}
