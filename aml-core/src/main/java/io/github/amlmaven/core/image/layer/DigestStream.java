package io.github.amlmaven.core.image.layer;

import io.github.amlmaven.core.content.Sha256;
import java.io.OutputStream;

/** Hashes and counts what is written to it. */
final class DigestStream extends OutputStream {

    private final Sha256 sha256 = new Sha256();
    private long size;

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        sha256.add(bytes, offset, count);
        size += count;
    }

    long size() {
        return size;
    }

    /** Ends it: {@code sha256:...}. */
    String digest() {
        return "sha256:" + sha256.hex();
    }
}
