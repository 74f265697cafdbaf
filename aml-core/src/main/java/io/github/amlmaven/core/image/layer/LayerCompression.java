package io.github.amlmaven.core.image.layer;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * How the layers of a model are compressed. Media types are the OCI image specification's
 * (https://github.com/opencontainers/image-spec/blob/main/layer.md#media-types).
 */
public enum LayerCompression {
    /** Gzip without compression: what every reader takes, at the price of a copy. */
    STORED("application/vnd.oci.image.layer.v1.tar+gzip", ".tar.gz"),
    /** Zstandard at its fastest level: smaller than gzip's best on weights, but not every reader takes it. */
    ZSTD("application/vnd.oci.image.layer.v1.tar+zstd", ".tar.zst"),
    /** The tar itself, which is hashed once instead of twice. */
    NONE("application/vnd.oci.image.layer.v1.tar", ".tar");

    private static final int ZSTD_LEVEL = 1;

    private final String mediaType;
    private final String suffix;

    LayerCompression(String mediaType, String suffix) {
        this.mediaType = mediaType;
        this.suffix = suffix;
    }

    /** Of the layer in an OCI manifest. */
    public String mediaType() {
        return mediaType;
    }

    /** Of a file that holds the layer. */
    public String suffix() {
        return suffix;
    }

    /** A stream that compresses into another one, which stays open when it is closed. */
    OutputStream over(OutputStream out) throws IOException {
        return switch (this) {
            case STORED -> new StoredGzip(out);
            case ZSTD -> new ZstdOutputStream(new Unclosed(out), ZSTD_LEVEL);
            case NONE -> new Unclosed(out);
        };
    }

    /** Passes everything on but the end. */
    private static final class Unclosed extends OutputStream {
        private final OutputStream out;

        Unclosed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            out.write(bytes, offset, count);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
