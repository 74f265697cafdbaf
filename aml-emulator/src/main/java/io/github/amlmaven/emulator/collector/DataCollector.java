package io.github.amlmaven.emulator.collector;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.collector.CollectorSettings.Collection;
import io.github.amlmaven.emulator.job.data.BlobLocation;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.storage.BlobStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Keeps what is collected: {@code modelDataCollector/<endpoint>/<deployment>/<collection>/<yyyy>/<MM>/<dd>/<HH>/<instance>.jsonl}
 * in the workspace's default store, or below the path of the data asset that a collection names.
 */
public final class DataCollector implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(DataCollector.class.getName());

    /** What waits to be written; the azureml-ai-monitoring package's queue is as long. */
    private static final int CAPACITY = 1500;

    /** Bytes of the bodies that wait to be written, at most. */
    static final int WAITING_BYTES = 64 << 20;

    /** Events that are written together: so many lines are in memory beside their bodies. */
    static final int BATCH = 64;

    /** A file that has grown to this is followed by another one: it is written anew each time that something is added. */
    private static final int FILE_SIZE = 1 << 20;

    /** Files that may still grow. */
    private static final int OPEN_FILES = 64;

    private final BlobStore blobs;
    private final DataLocations locations;
    private final Clock clock;
    private final URI storage;
    private final Executor executor;
    private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>(CAPACITY);
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicBoolean writing = new AtomicBoolean();
    private final Map<BlobLocation, OpenFile> open = new LinkedHashMap<>();

    public DataCollector(EmulatorContext context, ResourceStore resources, BlobStore blobs) {
        this.blobs = blobs;
        this.locations = new DataLocations(resources, context.endpoints().authority());
        this.clock = context.clock();
        this.storage = context.endpoints().https();
        this.executor = context.executor();
    }

    /** @param size of the body, which counts until it is written */
    private record Waiting(
            ResourceId deployment, RollingRate rolling, Collection collection, CollectedEvent event, int size) {}

    /** @param instance the unique id in the file's name */
    private record OpenFile(String instance, ByteArrayOutputStream content) {}

    /**
     * What takes data from the scoring script, beside the deployment's server.
     *
     * @return empty when the deployment collects nothing of the kind
     */
    public Optional<Sidecar> beside(ResourceId deployment, JsonNode document) throws IOException {
        CollectorSettings settings = CollectorSettings.of(document);
        return settings.custom() ? Optional.of(new Sidecar(deployment, settings, this, executor)) : Optional.empty();
    }

    /**
     * Keeps request and answer, as far as the deployment's collections {@code request} and {@code response} say.
     *
     * @param deployment its document
     */
    public void exchanged(
            ResourceId id,
            JsonNode deployment,
            Supplier<Payload> request,
            Supplier<Payload> response,
            String requestId) {
        CollectorSettings settings = CollectorSettings.of(deployment);
        if (!settings.payload()) {
            return;
        }
        // One throw of the dice for both, so that an answer is kept with its request.
        double dice = ThreadLocalRandom.current().nextDouble();
        payload(id, settings, CollectorSettings.REQUEST, request, requestId, dice);
        payload(id, settings, CollectorSettings.RESPONSE, response, requestId, dice);
    }

    private void payload(
            ResourceId id,
            CollectorSettings settings,
            String name,
            Supplier<Payload> payload,
            String requestId,
            double dice) {
        Optional<Collection> collection = settings.collection(name);
        if (collection.isPresent() && dice < collection.get().samplingRate()) {
            CollectedEvent event = payload.get().event(name, requestId, clock.instant(), settings.captureHeaders());
            if (!keep(id, settings, collection.get(), event)) {
                LOG.log(System.Logger.Level.WARNING, "too much is collected: a " + name + " of " + id + " was dropped");
            }
        }
    }

    /** @return false when too much waits already and this was dropped */
    boolean keep(ResourceId deployment, CollectorSettings settings, Collection collection, CollectedEvent event) {
        int size = event.body().remaining();
        boolean room = waitingBytes.addAndGet(size) <= WAITING_BYTES;
        boolean taken = room && waiting.offer(new Waiting(deployment, settings.rolling(), collection, event, size));
        if (!taken) {
            waitingBytes.addAndGet(-size);
        } else if (writing.compareAndSet(false, true)) {
            executor.execute(this::write);
        }
        return taken;
    }

    private void write() {
        do {
            try {
                writeWaiting();
            } finally {
                writing.set(false);
            }
        } while (!waiting.isEmpty() && writing.compareAndSet(false, true));
    }

    private synchronized void writeWaiting() {
        List<Waiting> taken = new ArrayList<>(BATCH);
        while (waiting.drainTo(taken, BATCH) > 0) {
            try {
                write(taken);
            } finally {
                waitingBytes.addAndGet(-taken.stream().mapToLong(Waiting::size).sum());
                taken.clear();
            }
        }
    }

    private void write(List<Waiting> taken) {
        Map<BlobLocation, StringBuilder> lines = new LinkedHashMap<>();
        for (Waiting one : taken) {
            try {
                BlobLocation folder = folder(one);
                lines.computeIfAbsent(folder, any -> new StringBuilder()).append(line(one, folder));
            } catch (IOException | RuntimeException e) {
                // The others of the batch can be kept.
                LOG.log(System.Logger.Level.WARNING, "data of " + one.deployment() + " cannot be kept", e);
            }
        }
        lines.forEach(this::append);
    }

    private BlobLocation folder(Waiting one) throws IOException {
        ResourceId id = one.deployment();
        String reference = one.collection().dataId().isEmpty()
                ? "azureml://datastores/" + DataLocations.DEFAULT_DATASTORE + "/paths/modelDataCollector/"
                        + id.segment("onlineEndpoints") + "/" + id.name() + "/"
                        + one.collection().name()
                : one.collection().dataId();
        return locations
                .locate(DataLocations.workspaceOf(id), reference)
                .resolve(one.rolling().folder(clock.instant()));
    }

    private String line(Waiting one, BlobLocation folder) throws IOException {
        CollectedEvent event = one.event();
        BlobLocation own = folder.resolve(event.id());
        if (event.apart()) {
            blobs.put(own.account(), own.container(), own.path(), bytes(event.body()));
        }
        return event.line(
                one.deployment().value(), storage + "/" + own.account() + "/" + own.container() + "/" + own.path());
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private void append(BlobLocation folder, StringBuilder lines) {
        OpenFile file = open.computeIfAbsent(
                folder, any -> new OpenFile(UUID.randomUUID().toString(), new ByteArrayOutputStream()));
        file.content().writeBytes(lines.toString().getBytes(StandardCharsets.UTF_8));
        BlobLocation blob = folder.resolve(file.instance() + ".jsonl");
        try {
            blobs.put(
                    blob.account(),
                    blob.container(),
                    blob.path(),
                    file.content().toByteArray());
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "collected data cannot be written to " + blob, e);
        }
        if (file.content().size() > FILE_SIZE) {
            open.remove(folder);
        }
        while (open.size() > OPEN_FILES) {
            open.remove(open.keySet().iterator().next());
        }
    }

    Instant now() {
        return clock.instant();
    }

    /** Writes what waits still. */
    @Override
    public void close() {
        writeWaiting();
    }
}
