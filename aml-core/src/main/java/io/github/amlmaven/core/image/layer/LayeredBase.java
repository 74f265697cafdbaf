package io.github.amlmaven.core.image.layer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.blob.Blob;
import com.google.cloud.tools.jib.blob.BlobDescriptor;
import com.google.cloud.tools.jib.blob.Blobs;
import com.google.cloud.tools.jib.hash.Digests;
import com.google.cloud.tools.jib.image.json.BuildableManifestTemplate;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import com.google.cloud.tools.jib.image.json.OciManifestTemplate;
import com.google.cloud.tools.jib.image.json.V22ManifestTemplate;
import io.github.amlmaven.core.progress.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Puts layers on a base image inside the target repository, as an image without a tag that the rest is then built upon.
 * Jib finds all of it there and neither pulls nor compresses nor sends any of it.
 */
public final class LayeredBase implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Layers sent at the same time: a registry behind one connection is rarely faster by more. */
    private static final int PARALLEL = 3;

    private final RepositoryClient.Repository target;
    private final LayerIndex index;
    private final Progress progress;
    private final Map<Optional<String>, RepositoryClient> clients = new ConcurrentHashMap<>();

    /**
     * The image below the layers.
     *
     * @param repository where it is
     * @param digest of its manifest
     */
    public record Below(RepositoryClient.Repository repository, String digest) {}

    /** @param target that the image is made in */
    public LayeredBase(RepositoryClient.Repository target, LayerIndex index, Progress progress) {
        this.target = target;
        this.index = index;
        this.progress = progress;
    }

    private RepositoryClient client(Optional<String> mountFrom) {
        return clients.computeIfAbsent(
                mountFrom, from -> new RepositoryClient(target, RepositoryClient.Access.PUSH, from, progress));
    }

    @Override
    public void close() throws IOException {
        for (RepositoryClient client : clients.values()) {
            client.close();
        }
    }

    /**
     * Makes the image and returns its manifest's digest.
     *
     * @param below what the layers stand on; empty for nothing
     * @param oci the manifest's format where there is no base to follow: OCI, else Docker's
     * @param platform the processor in a configuration that is made from nothing
     */
    public String put(Optional<Below> below, List<DescribedLayer> layers, boolean oci, String platform)
            throws IOException, RegistryException {
        BuildableManifestTemplate manifest = oci ? new OciManifestTemplate() : new V22ManifestTemplate();
        ObjectNode configuration = emptyConfiguration(platform);
        if (below.isPresent()) {
            configuration = carryOver(below.get(), manifest);
        }
        send(layers);
        for (DescribedLayer layer : layers) {
            manifest.addLayer(layer.size(), digest(layer.digest()));
        }
        insertInto(configuration, manifest.getLayers().size() - layers.size(), layers);
        String text = text(configuration);
        BlobDescriptor described =
                Digests.computeDigest(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        RepositoryClient client = client(Optional.empty());
        if (!client.has(described.getDigest())) {
            client.push(described.getDigest(), Blobs.from(text), null, written -> {});
        }
        manifest.setContainerConfiguration(described.getSize(), described.getDigest());
        return client.push(manifest).toString();
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

    private static ObjectNode history(StoredLayer layer) {
        return JSON.createObjectNode()
                .put("created", "1970-01-01T00:00:00Z")
                .put("author", "aml-maven-plugin")
                .put("created_by", "aml:package")
                .put("comment", layer.name());
    }

    private ObjectNode carryOver(Below below, BuildableManifestTemplate manifest)
            throws IOException, RegistryException {
        Optional<String> mountFrom = Optional.of(below.repository())
                .filter(repository -> repository.registry().equals(target.registry()))
                .map(RepositoryClient.Repository::name)
                .filter(repository -> !repository.equals(target.name()));
        RepositoryClient here = client(mountFrom);
        try (RepositoryClient there = new RepositoryClient(below.repository(), progress)) {
            BuildableManifestTemplate base = manifest(there, below);
            for (BuildableManifestTemplate.ContentDescriptorTemplate layer : base.getLayers()) {
                if (!here.has(layer.getDigest())) {
                    here.push(
                            layer.getDigest(), there.stream(layer.getDigest()), mountFrom.orElse(null), written -> {});
                }
                manifest.addLayer(layer.getSize(), layer.getDigest());
            }
            byte[] configuration = there.blob(base.getContainerConfiguration().getDigest());
            return (ObjectNode) JSON.readTree(configuration);
        }
    }

    private static BuildableManifestTemplate manifest(RepositoryClient client, Below below)
            throws IOException, RegistryException {
        ManifestTemplate found = client.manifest(below.digest()).getManifest();
        if (found instanceof BuildableManifestTemplate base && base.getContainerConfiguration() != null) {
            return base;
        }
        throw new IOException("the base image " + below.repository() + " has a manifest of an old kind");
    }

    private void send(List<DescribedLayer> layers) throws IOException, RegistryException {
        long total = layers.stream().mapToLong(DescribedLayer::size).sum();
        LongAdder sent = new LongAdder();
        ExecutorService threads = Executors.newFixedThreadPool(PARALLEL);
        try {
            List<Future<?>> running = new ArrayList<>();
            Consumer<Long> written = bytes -> {
                sent.add(bytes);
                progress.bytes("model layers", sent.sum(), total);
            };
            for (DescribedLayer layer : layers) {
                running.add(threads.submit(() -> send(layer, written)));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RegistryException refused) {
                throw refused;
            }
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the transfer was interrupted");
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean send(DescribedLayer layer, Consumer<Long> written) throws IOException, RegistryException {
        DescriptorDigest digest = digest(layer.digest());
        boolean missing = !client(Optional.empty()).has(digest);
        if (missing) {
            Optional<String> elsewhere =
                    index.repository(target.registry(), layer).filter(repository -> !repository.equals(target.name()));
            boolean mounted = client(elsewhere).push(digest, new LayerBlob(layer), elsewhere.orElse(null), written);
            progress.debug(layer.digest() + (mounted ? " mounted from " + elsewhere.orElse("?") : " sent"));
        }
        index.sent(target.registry(), target.name(), layer);
        return missing;
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

    private static String text(JsonNode configuration) {
        try {
            return JSON.writeValueAsString(configuration);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can always be written", e);
        }
    }

    private static DescriptorDigest digest(String text) {
        try {
            return DescriptorDigest.fromDigest(text);
        } catch (DigestException e) {
            throw new IllegalStateException(text + " was made as a digest", e);
        }
    }

    /** A layer as Jib's client sends it: streamed, with the digest that is known already. */
    private record LayerBlob(DescribedLayer described) implements Blob {

        @Override
        public BlobDescriptor writeTo(OutputStream out) throws IOException {
            described.layer().writeTo(out);
            return new BlobDescriptor(described.size(), digest(described.digest()));
        }

        @Override
        public boolean isRetryable() {
            return true;
        }
    }
}
