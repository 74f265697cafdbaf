package io.github.amlmaven.core.image.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.OptionalLong;

/**
 * A layer of files. Its bytes are made anew each time they are wanted: reading the files again is cheaper than a copy on
 * disk.
 *
 * @param name what it holds, for people
 */
public record FileLayer(String name, List<LayerFile> files, LayerCompression compression) {

    static final int BUFFER = 1 << 18;

    public FileLayer {
        files = List.copyOf(files);
    }

    /** The layer as a registry stores it. */
    public void writeTo(OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (LayerTar tar = new LayerTar(files);
                OutputStream compressed = compression.over(out)) {
            for (int count = tar.read(buffer); count >= 0; count = tar.read(buffer)) {
                compressed.write(buffer, 0, count);
            }
        }
    }

    /** The same to be read, for whoever wants it in pieces. */
    InputStream open() throws IOException {
        LayerTar tar = new LayerTar(files);
        return compression == LayerCompression.NONE ? tar : new CompressedStream(tar, compression);
    }

    /** The layer's length where it follows from the files' sizes. */
    OptionalLong size() throws IOException {
        return switch (compression) {
            case NONE -> OptionalLong.of(LayerTar.size(files));
            case STORED -> OptionalLong.of(StoredGzip.size(LayerTar.size(files)));
            case ZSTD -> OptionalLong.empty();
        };
    }

    /** Reads all files once for both digests. */
    DescribedLayer describe() throws IOException {
        try (LayerTar tar = new LayerTar(files)) {
            if (compression == LayerCompression.NONE) {
                DigestStream hash = new DigestStream();
                byte[] buffer = new byte[BUFFER];
                for (int count = tar.read(buffer); count >= 0; count = tar.read(buffer)) {
                    hash.write(buffer, 0, count);
                }
                String digest = hash.digest();
                return new DescribedLayer(this, digest, digest, hash.size());
            }
            DigestStream diffId = new DigestStream();
            DigestStream digest = new DigestStream();
            try (DigestLane lane = new DigestLane(compression.over(digest))) {
                for (DigestLane.Piece piece = lane.read(tar); piece != null; piece = lane.read(tar)) {
                    diffId.write(piece.bytes(), 0, piece.count());
                    piece.release();
                }
                lane.finish();
            }
            return new DescribedLayer(this, digest.digest(), diffId.digest(), digest.size());
        }
    }
}
