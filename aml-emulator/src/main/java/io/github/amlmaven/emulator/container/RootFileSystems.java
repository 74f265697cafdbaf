package io.github.amlmaven.emulator.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.registry.ImageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Unpacked images, one folder a manifest digest, made once. An image appears under its name only when it is complete: it
 * is unpacked beside and moved, so a killed emulator leaves no half image behind.
 */
final class RootFileSystems {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Mount points that every isolation needs; images made from scratch often lack them. */
    private static final List<String> MOUNT_POINTS = List.of("proc", "dev", "sys", "tmp", "run", "etc");

    private final Path folder;
    private final ImageStore images;
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    RootFileSystems(Path folder, ImageStore images) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.images = images;
        try (var leftovers = Files.newDirectoryStream(folder, ".unpacking-*")) {
            for (Path leftover : leftovers) {
                LayerUnpacker.delete(leftover);
            }
        }
    }

    /**
     * An unpacked image.
     *
     * @param digest of the manifest that was run
     * @param root its root directory
     */
    record Image(String digest, Path root, ImageConfig config, JsonNode manifest) {}

    /** @throws ImageUnavailableException when the registry has no such image or it cannot be unpacked */
    Image unpack(String reference) throws IOException {
        ImageReference name = parse(reference);
        ImageStore.Manifest manifest = manifest(name, name.reference());
        if (manifest.content().has("manifests")) {
            manifest = manifest(name, platform(name, manifest.content()));
        }
        String digest = manifest.digest();
        Path image = folder.resolve(digest.replace(':', '-'));
        synchronized (locks.computeIfAbsent(digest, key -> new Object())) {
            if (!Files.exists(image)) {
                unpack(name, manifest, image);
            }
        }
        JsonNode config = JSON.readTree(image.resolve("config.json").toFile());
        return new Image(digest, image.resolve("rootfs"), ImageConfig.of(config), manifest.content());
    }

    private static ImageReference parse(String reference) throws ImageUnavailableException {
        try {
            return ImageReference.parse(reference);
        } catch (IllegalArgumentException e) {
            throw new ImageUnavailableException("'" + reference + "' is not an image reference", e);
        }
    }

    private ImageStore.Manifest manifest(ImageReference name, String reference) throws IOException {
        Optional<ImageStore.Manifest> manifest = images.manifest(name.registry(), name.repository(), reference);
        return manifest.orElseThrow(
                () -> new ImageUnavailableException("the registry " + name.authority() + " has no image " + name));
    }

    private static String platform(ImageReference name, JsonNode index) throws ImageUnavailableException {
        String architecture = System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";
        for (JsonNode entry : index.path("manifests")) {
            JsonNode platform = entry.path("platform");
            if (platform.path("os").asText().equals("linux")
                    && platform.path("architecture").asText().equals(architecture)) {
                return entry.path("digest").asText();
            }
        }
        throw new ImageUnavailableException("the image " + name + " is not for linux/" + architecture);
    }

    private void unpack(ImageReference name, ImageStore.Manifest manifest, Path image) throws IOException {
        Path temporary = folder.resolve(".unpacking-" + UUID.randomUUID());
        try {
            Path root = Files.createDirectories(temporary.resolve("rootfs"));
            for (JsonNode layer : manifest.content().path("layers")) {
                new LayerUnpacker(root, isRoot()).unpack(blob(name, layer));
            }
            for (String point : MOUNT_POINTS) {
                if (!Files.exists(root.resolve(point), LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectory(root.resolve(point));
                    Files.setAttribute(root.resolve(point), "unix:mode", point.equals("tmp") ? 01777 : 0755);
                }
            }
            Files.copy(
                    blob(name, manifest.content().path("config")),
                    temporary.resolve("config.json"),
                    StandardCopyOption.REPLACE_EXISTING);
            Files.move(temporary, image, StandardCopyOption.ATOMIC_MOVE);
        } catch (ImageUnavailableException e) {
            LayerUnpacker.delete(temporary);
            throw new ImageUnavailableException("the image " + name + " cannot be unpacked: " + e.getMessage(), e);
        } catch (IOException e) {
            LayerUnpacker.delete(temporary);
            throw new IOException("the image " + name + " cannot be unpacked: " + e, e);
        }
    }

    private Path blob(ImageReference name, JsonNode descriptor) throws ImageUnavailableException {
        String digest = descriptor.path("digest").asText();
        return images.blob(digest)
                .orElseThrow(() -> new ImageUnavailableException(
                        "the registry " + name.authority() + " has no blob " + digest + " of " + name));
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
