package io.github.amlmaven.emulator.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Lets so many bytes of a body pass and ends the connection then. */
final class CutOutput extends FilterOutputStream {

    private long left;
    private boolean cut;

    CutOutput(OutputStream out, long bytes) {
        super(out);
        this.left = bytes;
    }

    /** The JDK's server drops the connection for a body that is not closed; one that is it would take for complete. */
    @Override
    public void close() throws IOException {
        if (!cut) {
            super.close();
        }
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
            cut = true;
            out.flush();
            throw new IOException("the body is cut short by a fault rule");
        }
    }
}
