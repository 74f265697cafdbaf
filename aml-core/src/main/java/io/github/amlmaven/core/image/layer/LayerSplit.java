package io.github.amlmaven.core.image.layer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which files share a layer: each large file has one of its own, so that a changed file does not send the others again;
 * the rest is one more.
 */
public final class LayerSplit {

    /** From this size on a file has a layer of its own, in bytes. */
    public static final long LARGE = 64L << 20;

    /** Some container runtimes take no more than 127 layers in all; these leave room for base, packages and code. */
    static final int MOST = 40;

    private LayerSplit() {}

    /** The layers, the ones of large files first, each in the files' order. */
    public static List<FileLayer> of(String name, List<LayerFile> files, LayerCompression compression) {
        Set<LayerFile> large = files.stream()
                .filter(file -> file.size() >= LARGE)
                .sorted(Comparator.comparingLong(LayerFile::size).reversed().thenComparing(LayerFile::target))
                .limit(MOST - 1)
                .collect(Collectors.toSet());
        List<FileLayer> layers = new ArrayList<>();
        List<LayerFile> rest = new ArrayList<>();
        for (LayerFile file : files) {
            if (large.contains(file)) {
                layers.add(new FileLayer(
                        name + ": " + file.target().substring(file.target().lastIndexOf('/') + 1),
                        List.of(file),
                        compression));
            } else {
                rest.add(file);
            }
        }
        if (!rest.isEmpty()) {
            layers.add(new FileLayer(name, rest, compression));
        }
        return layers;
    }
}
