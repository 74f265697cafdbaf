package io.github.amlmaven.core.image.layer;

import io.github.amlmaven.core.content.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A layer of files, stored as gzip without compression. Its bytes are made anew each time they are wanted: reading the
 * files again is cheaper than a copy on disk.
 */
public record StoredLayer(String name, List<LayerFile> files) {

    public StoredLayer {
        files = List.copyOf(files);
    }

    /** The layer as a registry stores it. */
    public void writeTo(OutputStream out) throws IOException {
        StoredGzip gzip = new StoredGzip(out);
        new LayerTar(files).writeTo(gzip);
        gzip.finish();
    }

    /**
     * Reads all files, once for each of the two digests, at the same time: each thread then does nothing but read and
     * hash, and one of both reads from the page cache.
     */
    DescribedLayer describe() throws IOException {
        CompletableFuture<HashingStream> tar = new CompletableFuture<>();
        Thread tarHashing = new Thread(
                () -> {
                    try {
                        HashingStream hash = new HashingStream();
                        new LayerTar(files).writeTo(hash);
                        tar.complete(hash);
                    } catch (IOException | RuntimeException e) {
                        tar.completeExceptionally(e);
                    }
                },
                "aml-layer-hash");
        tarHashing.setDaemon(true);
        tarHashing.start();
        HashingStream gzip = new HashingStream();
        writeTo(gzip);
        try {
            return new DescribedLayer(this, gzip.digest(), tar.join().digest(), gzip.size);
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    private static final class HashingStream extends OutputStream {
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

        String digest() {
            return "sha256:" + sha256.hex();
        }
    }
}
