package io.github.amlmaven.core.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** OCI image layouts on disk (https://github.com/opencontainers/image-spec/blob/main/image-layout.md). */
final class OciLayouts {

    private OciLayouts() {}

    /** Replaces a folder by the layout in a tar; the folder is never seen half-written. */
    static void unpack(Path tar, Path directory) throws IOException {
        Path fresh = directory.resolveSibling("." + directory.getFileName() + ".new");
        PackageCache.deleteTree(fresh);
        Files.createDirectories(fresh);
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(tar), 1 << 17))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path target = fresh.resolve(entry.getName()).normalize();
                if (!target.startsWith(fresh)) {
                    throw new IOException("entry leads outside: " + entry.getName());
                }
                if (entry.isFile()) {
                    Files.createDirectories(target.getParent());
                    Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        PackageCache.deleteTree(directory);
        Files.createDirectories(directory.toAbsolutePath().getParent());
        Files.move(fresh, directory);
    }

    /** Whether a layout has an image: its index names the digest, and the manifest and all its blobs are there. */
    static boolean has(Path directory, String digest) throws IOException {
        Path index = directory.resolve("index.json");
        if (!Files.isRegularFile(index) || !Files.readString(index).contains(digest)) {
            return false;
        }
        Path manifest = blob(directory, digest);
        if (!Files.isRegularFile(manifest)) {
            return false;
        }
        JsonNode content = new ObjectMapper().readTree(manifest.toFile());
        for (JsonNode layer : content.path("layers")) {
            Path blob = blob(directory, layer.path("digest").asText());
            if (!Files.isRegularFile(blob)
                    || Files.size(blob) != layer.path("size").asLong()) {
                return false;
            }
        }
        return Files.isRegularFile(
                blob(directory, content.path("config").path("digest").asText()));
    }

    private static Path blob(Path directory, String digest) {
        return directory.resolve("blobs").resolve(digest.replace(':', '/'));
    }
}
