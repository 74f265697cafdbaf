package io.github.amlmaven.core.image.layer;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;

/**
 * Gzip (RFC 1952) of stored deflate blocks (RFC 1951, 3.2.4): every reader of {@code tar+gzip} takes it, and it costs
 * what a copy costs. Model weights hardly shrink by compression. A compressor at level 0 would do the same but for the
 * size of its blocks, which differs between zlib's builds and would change the digest.
 */
final class StoredGzip extends OutputStream {

    private static final int BLOCK = 65_535;
    private static final int BLOCK_HEADER = 5;
    private static final int TRAILER = 8;
    /** So many blocks are passed on at a time. */
    private static final int BLOCKS = 16;

    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final OutputStream out;
    private final CRC32 crc = new CRC32();
    private final byte[] blocks = new byte[BLOCKS * (BLOCK_HEADER + BLOCK)];
    private int start;
    private int length;
    private long total;
    private boolean closed;

    StoredGzip(OutputStream out) throws IOException {
        this.out = out;
        out.write(HEADER);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        crc.update(bytes, offset, count);
        total += count;
        int from = offset;
        int left = count;
        while (left > 0) {
            int now = Math.min(left, BLOCK - length);
            System.arraycopy(bytes, from, blocks, start + BLOCK_HEADER + length, now);
            length += now;
            from += now;
            left -= now;
            if (length == BLOCK) {
                endBlock();
            }
        }
    }

    private void endBlock() throws IOException {
        writeBlockHeader(false);
        start += BLOCK_HEADER + length;
        length = 0;
        if (start == blocks.length) {
            out.write(blocks, 0, start);
            start = 0;
        }
    }

    private void writeBlockHeader(boolean last) {
        blocks[start] = (byte) (last ? 1 : 0);
        blocks[start + 1] = (byte) length;
        blocks[start + 2] = (byte) (length >> 8);
        blocks[start + 3] = (byte) ~length;
        blocks[start + 4] = (byte) (~length >> 8);
    }

    /** The length of so many bytes when they are stored. */
    static long size(long bytes) {
        return HEADER.length + bytes + BLOCK_HEADER * (bytes / BLOCK + 1) + TRAILER;
    }

    /** Ends the stream with the last, perhaps empty block and the trailer; leaves the stream below open. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        writeBlockHeader(true);
        out.write(blocks, 0, start + BLOCK_HEADER + length);
        out.write(littleEndian(crc.getValue(), total));
        out.flush();
    }

    private static byte[] littleEndian(long first, long second) {
        byte[] bytes = new byte[TRAILER];
        for (int i = 0; i < 4; i++) {
            bytes[i] = (byte) (first >> (8 * i));
            bytes[4 + i] = (byte) (second >> (8 * i));
        }
        return bytes;
    }
}
