package io.github.amlmaven.emulator.collector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.service.EmulatorContext;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import io.github.amlmaven.emulator.service.Outbound;
import io.github.amlmaven.emulator.storage.BlobStore;
import io.github.amlmaven.emulator.store.MvDocumentStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits to be written is bounded, and what cannot be written takes nothing else with it. */
class DataCollectorTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ResourceId WORKSPACE = new ResourceId(
            "/subscriptions/s/resourceGroups/g/providers" + "/Microsoft.MachineLearningServices/workspaces/w");
    private static final ResourceId DEPLOYMENT =
            WORKSPACE.child("onlineEndpoints", "e").child("deployments", "blue");

    /** Of one thread, which is held until a test lets it go. */
    private final ExecutorService writer = Executors.newSingleThreadExecutor();

    private final ExecutorService server = Executors.newCachedThreadPool();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Puts blobs = new Puts();
    private MvDocumentStore store;
    private DataCollector collector;
    private ObjectNode document;
    private CollectorSettings settings;

    @BeforeEach
    void aWorkspaceWithItsStore(@TempDir Path folder) throws IOException {
        store = MvDocumentStore.open(folder.resolve("store"));
        ResourceStore resources = new ResourceStore(store);
        ObjectNode datastore = JsonNodeFactory.instance.objectNode();
        datastore.putObject("properties").put("accountName", "account").put("containerName", "container");
        resources.put(WORKSPACE.child("datastores", "workspaceblobstore"), datastore);
        EmulatorOptions options = EmulatorOptions.in(folder);
        URI address = URI.create("http://localhost:1");
        collector = new DataCollector(
                new EmulatorContext(
                        store,
                        folder,
                        Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC),
                        writer,
                        new EmulatorContext.Endpoints(address, address),
                        options,
                        new Outbound(options.upstream())),
                resources,
                blobs);
        document = (ObjectNode) JSON.readTree("{\"properties\":{\"dataCollector\":{\"collections\":"
                + "{\"model_inputs\":{\"dataCollectionMode\":\"Enabled\"}}}}}");
        settings = CollectorSettings.of(document);
        writer.execute(() -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @AfterEach
    void stop() {
        released.countDown();
        writer.shutdownNow();
        server.shutdownNow();
        store.close();
    }

    private boolean keep(String id, ByteBuffer body) {
        CollectedEvent event = new CollectedEvent(
                CollectedEvent.TYPE_PREFIX + "model_inputs", id, collector.now(), "text/plain", body, Map.of());
        return collector.keep(
                DEPLOYMENT, settings, settings.collection("model_inputs").orElseThrow(), event);
    }

    private boolean keep(String id, String body) {
        return keep(id, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
    }

    /** Lets the writer go and waits until it has written all. */
    private void write() throws Exception {
        released.countDown();
        writer.submit(() -> {}).get(20, TimeUnit.SECONDS);
    }

    @Test
    void bodiesThatWaitHaveABoundInBytesAndMakeRoomWhenTheyAreWritten() throws Exception {
        ByteBuffer most = ByteBuffer.allocate(DataCollector.WAITING_BYTES - 1);
        try (Sidecar sidecar = new Sidecar(DEPLOYMENT, settings, collector, server)) {
            assertThat(keep("large", most)).isTrue();
            assertThat(keep("more", "22")).isFalse();
            assertThat(post(sidecar, "22")).isEqualTo(429);
            assertThat(post(sidecar, "1")).isEqualTo(200);
            assertThat(keep("more", "1")).isFalse();
        }

        write();

        assertThat(blobs.names).anyMatch(name -> name.endsWith("/large"));
        assertThat(blobs.lines()).hasSize(2);
        assertThat(keep("again", most)).isTrue();
    }

    @Test
    void anEventThatCannotBeWrittenTakesNoOtherWithIt() throws Exception {
        // A body that is no text is a blob of its own, and that one is refused.
        byte[] binary = {(byte) 0xff};
        for (String id : List.of("first", "refused", "last")) {
            assertThat(id.equals("refused") ? keep(id, ByteBuffer.wrap(binary)) : keep(id, id))
                    .isTrue();
        }

        write();

        assertThat(blobs.lines())
                .extracting(line -> JSON.readTree(line).path("data").asText())
                .containsExactly("first", "last");
        assertThat(keep("next", ByteBuffer.allocate(DataCollector.WAITING_BYTES)))
                .as("what was refused waits no more")
                .isTrue();
    }

    @Test
    void whatWaitsIsWrittenInBatches() throws Exception {
        int events = 2 * DataCollector.BATCH + 1;
        for (int i = 0; i < events; i++) {
            assertThat(keep("e" + i, "text")).isTrue();
        }

        write();

        assertThat(blobs.names).hasSize(3);
        assertThat(blobs.lines()).hasSize(events);
    }

    private static int post(Sidecar sidecar, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sidecar.port() + Sidecar.PATH))
                                .header("ce-type", "azureml.inference.model_inputs")
                                .timeout(Duration.ofSeconds(20))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** Takes blobs, but for those that are named {@code refused}. */
    private static final class Puts implements BlobStore {

        private final List<String> names = new ArrayList<>();
        private String newest = "";

        /** Of the one file that is written. */
        private List<String> lines() {
            return newest.lines().toList();
        }

        @Override
        public void put(String account, String container, String name, byte[] content) {
            if (name.endsWith("/refused")) {
                throw new IllegalStateException("the store is broken");
            }
            names.add(name);
            if (name.endsWith(".jsonl")) {
                newest = new String(content, StandardCharsets.UTF_8);
            }
        }

        @Override
        public void put(String account, String container, String name, Path content) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void createContainer(String account, String container) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<BlobItem> list(String account, String container, String prefix) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InputStream open(String account, String container, String name) throws IOException {
            throw new NoSuchFileException(name);
        }

        @Override
        public String containerSas(String account, String container, String permissions, Duration validity) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String accountKey(String account) {
            throw new UnsupportedOperationException();
        }
    }
}
