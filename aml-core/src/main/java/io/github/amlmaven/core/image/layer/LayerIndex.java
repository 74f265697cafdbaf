package io.github.amlmaven.core.image.layer;

import io.github.amlmaven.core.content.StampIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Remembers the digests of layers and which repository of a registry a layer was last sent to, so that a model that has
 * not changed is neither read nor sent again.
 */
public final class LayerIndex {

    private static final String DIGEST = "digest";
    private static final String DIFF_ID = "diffId";
    private static final String SIZE = "size";
    private static final String REPOSITORY = "repository";

    private final StampIndex index;

    public LayerIndex(StampIndex index) {
        this.index = index;
    }

    /** Whether files are read although nothing tells of a change. */
    boolean verifies() {
        return index.verifies();
    }

    /**
     * The layers with their digests; files are only read when one of the layer has changed since they were read last.
     *
     * @throws IOException when a file cannot be read
     */
    public List<DescribedLayer> describe(List<FileLayer> layers) throws IOException {
        return describe(layers, FileLayer::describe);
    }

    /** Describes a layer by reading it. */
    interface Reading {
        DescribedLayer read(FileLayer layer) throws IOException;
    }

    List<DescribedLayer> describe(List<FileLayer> layers, Reading reading) throws IOException {
        List<DescribedLayer> described = new ArrayList<>();
        for (FileLayer layer : layers) {
            described.add(describe(layer, reading));
        }
        return described;
    }

    private DescribedLayer describe(FileLayer layer, Reading reading) throws IOException {
        StringBuilder what = new StringBuilder("layer " + LayerTar.VERSION + " " + layer.compression());
        List<Path> files = new ArrayList<>();
        for (LayerFile file : layer.files()) {
            what.append('\n').append(file.target()).append('\n').append(file.executable());
            files.add(file.file());
        }
        Map<String, String> values = index.values(what.toString(), files, () -> {
            DescribedLayer read = reading.read(layer);
            return Map.of(DIGEST, read.digest(), DIFF_ID, read.diffId(), SIZE, Long.toString(read.size()));
        });
        return new DescribedLayer(
                layer,
                Objects.requireNonNull(values.get(DIGEST)),
                Objects.requireNonNull(values.get(DIFF_ID)),
                Long.parseLong(Objects.requireNonNull(values.get(SIZE))));
    }

    /** The repository of the registry that a layer with the digest was last sent to. */
    Optional<String> repository(String registry, String digest) {
        return index.find(name(registry, digest)).map(values -> values.get(REPOSITORY));
    }

    void sent(String registry, String repository, String digest) {
        index.put(name(registry, digest), Map.of(REPOSITORY, repository));
    }

    private static String name(String registry, String digest) {
        return "sent " + registry + " " + digest;
    }
}
