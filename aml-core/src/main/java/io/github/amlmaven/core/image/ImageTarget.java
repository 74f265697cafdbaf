package io.github.amlmaven.core.image;

import java.nio.file.Path;
import java.util.Optional;

/** Where a built image goes. */
public sealed interface ImageTarget {

    /** The image's name: {@code repository:tag} without a registry's host. */
    String reference();

    /** The file or folder that holds the image, unless it is in a registry. */
    default Optional<Path> file() {
        return Optional.empty();
    }

    /**
     * Into the request's registry.
     *
     * @param repository without the registry's host
     * @param tag the tag that will point to the image
     */
    record InRegistry(String repository, String tag) implements ImageTarget {
        @Override
        public String reference() {
            return repository + ":" + tag;
        }
    }

    /** As an OCI image layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md). */
    record OciLayout(Path directory, String reference) implements ImageTarget {
        @Override
        public Optional<Path> file() {
            return Optional.of(directory);
        }
    }

    /** As one tar file: what {@code docker load} reads, or an OCI layout, depending on the format. */
    record Tar(Path path, String reference) implements ImageTarget {
        @Override
        public Optional<Path> file() {
            return Optional.of(path);
        }
    }
}
