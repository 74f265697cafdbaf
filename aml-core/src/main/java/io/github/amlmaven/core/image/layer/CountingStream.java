package io.github.amlmaven.core.image.layer;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/** Tells how many bytes went through so far. */
final class CountingStream extends FilterOutputStream {

    private final LongConsumer written;
    private long count;

    CountingStream(OutputStream out, LongConsumer written) {
        super(out);
        this.written = written;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        count += length;
        written.accept(count);
    }
}
