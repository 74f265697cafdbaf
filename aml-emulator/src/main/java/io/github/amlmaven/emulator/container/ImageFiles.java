package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The files of an image, for what is read out of it before it runs. Its links never lead outside. */
public final class ImageFiles {

    private final RootPath paths;
    private final ImageConfig config;

    ImageFiles(Path root, ImageConfig config) {
        this.paths = new RootPath(root);
        this.config = config;
    }

    /** Unpacks an image when it is asked for. */
    @FunctionalInterface
    public interface Source {

        /** @throws IOException when the image does not exist or cannot be unpacked */
        ImageFiles of(String reference) throws IOException;
    }

    /** Environment, command and the like. */
    public ImageConfig config() {
        return config;
    }

    /** The text of a file; empty when there is none. */
    public Optional<String> text(String path) throws IOException {
        Path file = paths.follow(path);
        return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    }

    /** The names of the folders in a folder, sorted. */
    public List<String> folders(String path) throws IOException {
        Path folder = paths.follow(path);
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder, Files::isDirectory)) {
                inside.forEach(one -> names.add(String.valueOf(one.getFileName())));
            }
        }
        Collections.sort(names);
        return names;
    }
}
