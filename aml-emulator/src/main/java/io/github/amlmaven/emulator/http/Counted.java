package io.github.amlmaven.emulator.http;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Streams that count what passes, for the request log. */
final class Counted {

    private Counted() {}

    static final class Input extends FilterInputStream {
        private long count;

        Input(InputStream in) {
            super(in);
        }

        long count() {
            return count;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int taken = super.read(buffer, offset, length);
            count += Math.max(0, taken);
            return taken;
        }
    }

    /**
     * An answer's body. What closes it may be a handler's failure on its way out of a {@code try}, and the JDK's server takes a
     * body that is closed for a complete one: it ends a chunked body, and keeps the connection of one that is too short. So
     * only a body that has all of its announced bytes is closed at once; for any other the handler's return decides, by
     * {@link #end()}, or the connection is broken.
     */
    static final class Output extends FilterOutputStream {
        private final long announced;
        private long count;

        /** @param announced the body's length in bytes; negative when it is chunked */
        Output(OutputStream out, long announced) {
            super(out);
            this.announced = announced;
        }

        long count() {
            return count;
        }

        /** @throws IOException also when bytes of the announced length are missing */
        void end() throws IOException {
            if (announced >= 0 && count < announced) {
                throw new IOException(count + " of " + announced + " bytes of the body were written");
            }
            out.close();
        }

        @Override
        public void close() throws IOException {
            if (count == announced) {
                out.close();
            } else {
                out.flush();
            }
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            count++;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            out.write(buffer, offset, length);
            count += length;
        }
    }
}
