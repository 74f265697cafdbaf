package io.github.amlmaven.core.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.hash.Digests;
import com.google.cloud.tools.jib.image.json.V22ManifestTemplate;
import io.github.amlmaven.core.content.Sha256;
import io.github.amlmaven.core.image.layer.DescribedLayer;
import io.github.amlmaven.core.image.layer.LayeredBase;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image that Jib wrote as a tar, unpacked to take in the model's layers above the base's, where a registry would have
 * them too. Jib itself would copy and compress the model in its cache. Reads OCI layouts
 * (https://github.com/opencontainers/image-spec/blob/main/image-layout.md) and what {@code docker load} reads.
 */
final class UnpackedImage {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INDEX = "index.json";
    private static final String DOCKER_INDEX = "manifest.json";

    private final Path folder;
    private final Map<String, DescribedLayer> inserted = new LinkedHashMap<>();

    private UnpackedImage(Path folder) {
        this.folder = folder;
    }

    /** Unpacks into a folder that must not exist yet. */
    static UnpackedImage of(Path tar, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(tar), 1 << 17))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("entry leads outside: " + entry.getName());
                }
                if (entry.isFile()) {
                    Files.createDirectories(target.getParent());
                    Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        return new UnpackedImage(folder);
    }

    /**
     * Adds layers to manifest and configuration; their bytes follow when the image is written.
     *
     * @param above how many layers of the image lie above them
     * @return the manifest's digest
     */
    String insert(List<DescribedLayer> layers, int above) throws IOException {
        return Files.isRegularFile(folder.resolve(INDEX)) ? insertOci(layers, above) : insertDocker(layers, above);
    }

    private String insertOci(List<DescribedLayer> layers, int above) throws IOException {
        ObjectNode index = (ObjectNode) JSON.readTree(folder.resolve(INDEX).toFile());
        ObjectNode entry = (ObjectNode) index.path("manifests").get(0);
        Path oldManifest = blob(entry.path("digest").asText());
        ObjectNode manifest = (ObjectNode) JSON.readTree(oldManifest.toFile());
        ArrayNode listed = (ArrayNode) manifest.path("layers");
        int below = listed.size() - above;

        Path oldConfiguration = blob(manifest.path("config").path("digest").asText());
        byte[] configuration = configuration(oldConfiguration, below, layers);
        Files.delete(oldConfiguration);
        String configurationDigest = writeBlob(configuration);
        ((ObjectNode) manifest.path("config"))
                .put("digest", configurationDigest)
                .put("size", configuration.length);

        int position = below;
        for (DescribedLayer described : layers) {
            listed.insertObject(position++)
                    .put("mediaType", described.layer().compression().mediaType())
                    .put("digest", described.digest())
                    .put("size", described.size());
            inserted.put(blobName(described.digest()), described);
        }
        byte[] text = JSON.writeValueAsBytes(manifest);
        Files.delete(oldManifest);
        String digest = writeBlob(text);
        entry.put("digest", digest).put("size", text.length);
        JSON.writeValue(folder.resolve(INDEX).toFile(), index);
        return digest;
    }

    private String insertDocker(List<DescribedLayer> layers, int above) throws IOException {
        ArrayNode index = (ArrayNode) JSON.readTree(folder.resolve(DOCKER_INDEX).toFile());
        ObjectNode image = (ObjectNode) index.get(0);
        ArrayNode listed = (ArrayNode) image.path("Layers");
        int below = listed.size() - above;
        Path configurationFile = folder.resolve(image.path("Config").asText());
        byte[] configuration = configuration(configurationFile, below, layers);
        Files.write(configurationFile, configuration);

        // The digest is that of the manifest which a registry would be sent for this image.
        V22ManifestTemplate manifest = new V22ManifestTemplate();
        List<String> names = new ArrayList<>();
        listed.forEach(name -> names.add(name.asText()));
        listed.removeAll();
        for (int i = 0; i <= names.size(); i++) {
            if (i == below) {
                for (DescribedLayer described : layers) {
                    String name = described.digest().substring("sha256:".length())
                            + described.layer().compression().suffix();
                    listed.add(name);
                    inserted.put(name, described);
                    manifest.addLayer(described.size(), digest(described.digest()));
                }
            }
            if (i < names.size()) {
                String name = names.get(i);
                listed.add(name);
                manifest.addLayer(
                        Files.size(folder.resolve(name)), digest("sha256:" + name.substring(0, name.indexOf('.'))));
            }
        }
        JSON.writeValue(folder.resolve(DOCKER_INDEX).toFile(), index);
        manifest.setContainerConfiguration(configuration.length, digest("sha256:" + Sha256.of(configuration)));
        return Digests.computeJsonDigest(manifest).toString();
    }

    private static byte[] configuration(Path file, int below, List<DescribedLayer> layers) throws IOException {
        ObjectNode configuration = (ObjectNode) JSON.readTree(file.toFile());
        LayeredBase.insertInto(configuration, below, layers);
        return JSON.writeValueAsBytes(configuration);
    }

    /** Writes the model's layers beside the others: the folder then is an image layout. */
    void complete() throws IOException {
        for (Map.Entry<String, DescribedLayer> layer : inserted.entrySet()) {
            try (OutputStream out = Files.newOutputStream(folder.resolve(layer.getKey()))) {
                layer.getValue().layer().writeTo(out);
            }
        }
    }

    /** Writes everything as one tar, the model's layers as a stream. */
    void writeTar(Path tar) throws IOException {
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(tar));
                Stream<Path> files = Files.walk(folder)) {
            out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                begin(out, folder.relativize(file).toString().replace('\\', '/'), Files.size(file));
                Files.copy(file, out);
                out.closeArchiveEntry();
            }
            for (Map.Entry<String, DescribedLayer> layer : inserted.entrySet()) {
                begin(out, layer.getKey(), layer.getValue().size());
                layer.getValue().layer().writeTo(out);
                out.closeArchiveEntry();
            }
        }
    }

    private static void begin(TarArchiveOutputStream out, String name, long size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setModTime(0);
        out.putArchiveEntry(entry);
    }

    /** Whether a layout has an image: its index names the digest, and the manifest and all its blobs are there. */
    static boolean isComplete(Path directory, String digest) throws IOException {
        Path index = directory.resolve(INDEX);
        if (!Files.isRegularFile(index) || !Files.readString(index).contains(digest)) {
            return false;
        }
        Path manifest = directory.resolve(blobName(digest));
        if (!Files.isRegularFile(manifest)) {
            return false;
        }
        JsonNode content = JSON.readTree(manifest.toFile());
        for (JsonNode layer : content.path("layers")) {
            Path blob = directory.resolve(blobName(layer.path("digest").asText()));
            if (!Files.isRegularFile(blob)
                    || Files.size(blob) != layer.path("size").asLong()) {
                return false;
            }
        }
        return Files.isRegularFile(
                directory.resolve(blobName(content.path("config").path("digest").asText())));
    }

    private Path blob(String digest) {
        return folder.resolve(blobName(digest));
    }

    private static String blobName(String digest) {
        return "blobs/" + digest.replace(':', '/');
    }

    private String writeBlob(byte[] bytes) throws IOException {
        String digest = "sha256:" + Sha256.of(bytes);
        Files.write(blob(digest), bytes);
        return digest;
    }

    private static DescriptorDigest digest(String text) {
        try {
            return DescriptorDigest.fromDigest(text);
        } catch (DigestException e) {
            throw new IllegalStateException(text + " names a layer that Jib wrote", e);
        }
    }
}
