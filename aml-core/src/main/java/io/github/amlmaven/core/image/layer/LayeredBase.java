package io.github.amlmaven.core.image.layer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.blob.Blobs;
import com.google.cloud.tools.jib.image.json.BuildableManifestTemplate;
import com.google.cloud.tools.jib.image.json.OciManifestTemplate;
import com.google.cloud.tools.jib.image.json.V22ManifestTemplate;
import io.github.amlmaven.core.content.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestException;
import java.util.List;
import java.util.Optional;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.InputStreamEntity;

/**
 * Puts layers on a base image inside the target repository, as an image without a tag that the rest is then built upon.
 * Jib finds all of it there and neither pulls nor compresses nor sends any of it.
 */
public final class LayeredBase {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final LayerSender sender;
    private final RepositoryClient.Repository target;

    /**
     * The image below the layers.
     *
     * @param repository where it is
     * @param digest of its manifest
     */
    public record Below(RepositoryClient.Repository repository, String digest) {}

    /** @param sender to the repository that the image is made in */
    public LayeredBase(LayerSender sender) {
        this.sender = sender;
        this.target = sender.target();
    }

    /**
     * Makes the image and returns its manifest's digest.
     *
     * @param below what the layers stand on; empty for nothing
     * @param oci the manifest's format where there is no base to follow: OCI, else Docker's
     * @param platform the processor in a configuration that is made from nothing
     */
    public String put(Optional<Below> below, List<DescribedLayer> layers, boolean oci, String platform)
            throws IOException {
        BuildableManifestTemplate manifest = oci ? new OciManifestTemplate() : new V22ManifestTemplate();
        ObjectNode configuration = emptyConfiguration(platform);
        if (below.isPresent()) {
            configuration = carryOver(below.get(), manifest);
        }
        sender.send(layers);
        for (DescribedLayer layer : layers) {
            manifest.addLayer(layer.size(), digest(layer.digest()));
        }
        insertInto(configuration, manifest.getLayers().size() - layers.size(), layers);
        byte[] bytes = JSON.writeValueAsBytes(configuration);
        String described = "sha256:" + Sha256.of(bytes);
        if (!sender.has(described)) {
            Manifests.pushBlob(
                    sender.registry(), described, new ByteArrayEntity(bytes, ContentType.APPLICATION_OCTET_STREAM));
        }
        manifest.setContainerConfiguration(bytes.length, digest(described));
        return Manifests.pushByDigest(
                sender.registry(), manifest.getManifestMediaType(), Blobs.writeToByteArray(Blobs.from(manifest)));
    }

    /**
     * Adds layers to an image's configuration.
     *
     * @param below how many of its layers stay below them
     */
    public static void insertInto(ObjectNode configuration, int below, List<DescribedLayer> layers) {
        ArrayNode diffIds = configuration.withObjectProperty("rootfs").withArrayProperty("diff_ids");
        ArrayNode history = configuration.withArrayProperty("history");
        int layer = below;
        int step = historyOf(history, below);
        for (DescribedLayer added : layers) {
            diffIds.insert(layer++, added.diffId());
            history.insert(step++, history(added.layer()));
        }
    }

    /** The number of steps that made so many layers, with the empty ones that follow. */
    private static int historyOf(ArrayNode history, int layers) {
        int step = 0;
        int made = 0;
        while (step < history.size()
                && (made < layers || history.get(step).path("empty_layer").asBoolean())) {
            made += history.get(step).path("empty_layer").asBoolean() ? 0 : 1;
            step++;
        }
        return step;
    }

    private static ObjectNode history(FileLayer layer) {
        return JSON.createObjectNode()
                .put("created", "1970-01-01T00:00:00Z")
                .put("author", "aml-maven-plugin")
                .put("created_by", "aml:package")
                .put("comment", layer.name());
    }

    private ObjectNode carryOver(Below below, BuildableManifestTemplate manifest) throws IOException {
        Optional<String> mountFrom = Optional.of(below.repository())
                .filter(repository -> repository.registry().equals(target.registry()))
                .map(RepositoryClient.Repository::name)
                .filter(repository -> !repository.equals(target.name()));
        try (RepositoryClient there = sender.reader(below.repository())) {
            JsonNode base = there.manifest(below.digest()).content();
            String configuration = base.path("config").path("digest").asText();
            if (configuration.isEmpty()) {
                throw new IOException("the base image " + below.repository() + " has a manifest of an old kind");
            }
            for (JsonNode layer : base.path("layers")) {
                String digest = layer.path("digest").asText();
                if (!sender.has(digest)
                        && mountFrom
                                .filter(from -> sender.registry().mount(digest, from))
                                .isEmpty()) {
                    carryOver(there, digest, layer.path("size").asLong());
                }
                manifest.addLayer(layer.path("size").asLong(), digest(digest));
            }
            return (ObjectNode) JSON.readTree(there.blob(configuration));
        }
    }

    private void carryOver(RepositoryClient there, String digest, long size) throws IOException {
        try (InputStream blob = there.open(digest)) {
            Manifests.pushBlob(
                    sender.registry(), digest, new InputStreamEntity(blob, size, ContentType.APPLICATION_OCTET_STREAM));
        }
    }

    private static ObjectNode emptyConfiguration(String platform) {
        ObjectNode configuration = JSON.createObjectNode()
                .put("created", "1970-01-01T00:00:00Z")
                .put("architecture", platform)
                .put("os", "linux");
        configuration.putObject("config");
        configuration.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        configuration.putArray("history");
        return configuration;
    }

    private static DescriptorDigest digest(String text) throws IOException {
        try {
            return DescriptorDigest.fromDigest(text);
        } catch (DigestException e) {
            throw new IOException("'" + text + "' is not a digest", e);
        }
    }
}
