package io.github.amlmaven.core.image.layer;

import io.github.amlmaven.core.concurrent.ParallelTasks;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.apache.http.client.methods.HttpHead;

/**
 * Brings layers into a repository: not at all where it has them, by mounting where another repository of the registry
 * has them, else as a stream. A layer whose digest is not known yet is hashed and sent at the same time; when its digest
 * then turns out to be there already, the upload is withdrawn, since a disk is faster than most wires.
 */
public final class LayerSender implements AutoCloseable {

    /** Layers sent at the same time: a registry behind one connection is rarely faster by more. */
    private static final int PARALLEL = 3;

    /** Below this size hashing first takes no time worth saving, in bytes. */
    private static final long AHEAD = 16L << 20;

    private final RepositoryClient.Repository target;
    private final LayerIndex index;
    private final Progress progress;
    private final RegistryConnection registry;
    private final RepositoryClient contents;
    private final Map<String, Ahead> ahead = new ConcurrentHashMap<>();
    private final ExecutorService threads = ParallelTasks.pool(PARALLEL);
    private final LongAdder sent = new LongAdder();
    private volatile long total = -1;

    private record Ahead(LayerUpload upload, Future<Boolean> writing) {
        void cancel() {
            upload.cancel();
            writing.cancel(true);
        }
    }

    /** @param target where the layers go */
    public LayerSender(RepositoryClient.Repository target, LayerIndex index, Progress progress) {
        this.target = target;
        this.index = index;
        this.progress = progress;
        this.registry = new RegistryConnection(target, RegistryConnection.Access.PUSH, progress);
        this.contents = new RepositoryClient(target, registry);
    }

    RepositoryClient.Repository target() {
        return target;
    }

    RegistryConnection registry() {
        return registry;
    }

    /**
     * The layers with their digests. Those that have to be read for it are on their way to the registry when this
     * returns; {@link #send} ends that.
     *
     * @throws IOException when a file cannot be read
     */
    public List<DescribedLayer> describe(List<FileLayer> layers) throws IOException {
        return index.describe(layers, this::read);
    }

    private DescribedLayer read(FileLayer layer) throws IOException {
        // Who has every file read again expects to find what is there already.
        if (index.verifies()
                || layer.files().stream().mapToLong(LayerFile::size).sum() < AHEAD) {
            return layer.describe();
        }
        LayerUpload upload = upload(layer);
        Ahead started = new Ahead(upload, threads.submit(() -> {
            upload.write();
            return true;
        }));
        boolean wanted = false;
        try {
            DescribedLayer described = layer.describe();
            wanted = !has(described.digest()) && ahead.putIfAbsent(described.digest(), started) == null;
            return described;
        } finally {
            if (!wanted) {
                started.cancel();
            }
        }
    }

    private LayerUpload upload(FileLayer layer) {
        LongConsumer written = bytes -> {
            sent.add(bytes);
            progress.bytes("model layers", sent.sum(), total);
        };
        return new LayerUpload(registry, layer, progress, written);
    }

    boolean has(String digest) throws IOException {
        RegistryConnection.Answer answer =
                registry.send(repository -> new HttpHead(repository.resolve("blobs/" + digest)));
        if (answer.status() != 200 && answer.status() != 404 && answer.status() != 307) {
            throw LayerUpload.unexpected("say whether it has " + digest, answer);
        }
        return answer.status() != 404;
    }

    /** Reads a repository, over the target's connection where it is in the same registry. */
    public RepositoryClient reader(RepositoryClient.Repository other) {
        boolean same = other.registry().equals(target.registry()) && other.local() == target.local();
        return same
                ? new RepositoryClient(other, registry.beside(other, RegistryConnection.Access.PULL))
                : new RepositoryClient(other, progress);
    }

    /** The digest that a tag of the repository points to; empty when there is no such tag. */
    public Optional<String> digest(String tag) throws IOException {
        return contents.digest(tag);
    }

    /** Returns when the repository has all layers. */
    void send(List<DescribedLayer> layers) throws IOException {
        total = layers.stream().mapToLong(DescribedLayer::size).sum();
        ParallelTasks.run(PARALLEL, layers, this::send);
    }

    private void send(DescribedLayer layer) throws IOException {
        Ahead started = ahead.remove(layer.digest());
        if (started != null) {
            await(started.writing());
            started.upload().commit(layer.digest());
            progress.debug(layer.digest() + " sent while it was hashed");
        } else if (!has(layer.digest())) {
            boolean mounted = elsewhere(layer.digest())
                    .filter(from -> registry.mount(layer.digest(), from))
                    .isPresent();
            if (!mounted) {
                LayerUpload upload = upload(layer.layer());
                upload.write();
                upload.commit(layer.digest());
            }
            progress.debug(layer.digest() + (mounted ? " mounted" : " sent"));
        }
        sent(layer.digest());
    }

    /** Another repository of the registry that was sent it. */
    private Optional<String> elsewhere(String digest) {
        return index.repository(target.registry(), digest).filter(repository -> !repository.equals(target.name()));
    }

    /** Lets the registry take over blobs that another of its repositories was sent before; leaves out those that it cannot. */
    public void mount(List<String> digests) throws IOException {
        for (String digest : digests) {
            Optional<String> elsewhere = elsewhere(digest);
            if (elsewhere.isPresent() && !has(digest) && registry.mount(digest, elsewhere.get())) {
                progress.debug(digest + " mounted from " + elsewhere.get());
            }
        }
    }

    /** Remembers that the repository has a blob. */
    public void sent(String digest) {
        index.sent(target.registry(), target.name(), digest);
    }

    private static void await(Future<Boolean> writing) throws IOException {
        try {
            writing.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("the transfer was interrupted");
        }
    }

    @Override
    public void close() throws IOException {
        ahead.values().forEach(Ahead::cancel);
        threads.shutdownNow();
        registry.close();
    }
}
