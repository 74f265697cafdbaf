package io.github.amlmaven.emulator.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Lets so many bytes of a body pass and fails then, upon which the connection is broken. */
final class CutOutput extends FilterOutputStream {

    private long left;

    CutOutput(OutputStream out, long bytes) {
        super(out);
        this.left = bytes;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        int passed = (int) Math.min(left, length);
        out.write(buffer, offset, passed);
        left -= passed;
        if (passed < length) {
            out.flush();
            throw new IOException("the body is cut short by a fault rule");
        }
    }
}
