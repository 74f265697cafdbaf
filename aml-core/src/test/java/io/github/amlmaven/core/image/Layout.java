package io.github.amlmaven.core.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.content.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads an OCI layout the way a container runtime does: independent of the code under test. */
record Layout(Path directory) {

    private static final ObjectMapper JSON = new ObjectMapper();

    JsonNode manifest() throws IOException {
        JsonNode index = JSON.readTree(directory.resolve("index.json").toFile());
        return JSON.readTree(
                blob(index.path("manifests").path(0).path("digest").asText()).toFile());
    }

    JsonNode configuration() throws IOException {
        return JSON.readTree(
                blob(manifest().path("config").path("digest").asText()).toFile());
    }

    List<String> layers() throws IOException {
        List<String> layers = new ArrayList<>();
        manifest()
                .path("layers")
                .forEach(layer -> layers.add(layer.path("digest").asText()));
        return layers;
    }

    Map<String, String> environment() throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (JsonNode variable : configuration().path("config").path("Env")) {
            String[] parts = variable.asText().split("=", 2);
            environment.put(parts[0], parts[1]);
        }
        return environment;
    }

    /** The digest of each layer's tar, computed from its bytes. */
    List<String> computedDiffIds() throws IOException {
        List<String> diffIds = new ArrayList<>();
        for (String layer : layers()) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(blob(layer)))) {
                Sha256 sha256 = new Sha256();
                sha256.add(in);
                diffIds.add("sha256:" + sha256.hex());
            }
        }
        return diffIds;
    }

    List<String> diffIds() throws IOException {
        List<String> diffIds = new ArrayList<>();
        configuration().path("rootfs").path("diff_ids").forEach(id -> diffIds.add(id.asText()));
        return diffIds;
    }

    void unpack(Path root) throws IOException {
        for (String layer : layers()) {
            try (InputStream raw = Files.newInputStream(blob(layer));
                    TarArchiveInputStream in = new TarArchiveInputStream(new GZIPInputStream(raw))) {
                for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                    unpack(in, entry, root.resolve(entry.getName()));
                }
            }
        }
    }

    private static void unpack(TarArchiveInputStream in, TarArchiveEntry entry, Path target) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(target);
        } else {
            Files.createDirectories(target.getParent());
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
            if ((entry.getMode() & 0111) != 0) {
                Set<PosixFilePermission> mode = Files.getPosixFilePermissions(target);
                mode.addAll(Set.of(
                        PosixFilePermission.OWNER_EXECUTE,
                        PosixFilePermission.GROUP_EXECUTE,
                        PosixFilePermission.OTHERS_EXECUTE));
                Files.setPosixFilePermissions(target, mode);
            }
        }
    }

    private Path blob(String digest) {
        return directory.resolve("blobs").resolve(digest.replace(':', '/'));
    }
}
