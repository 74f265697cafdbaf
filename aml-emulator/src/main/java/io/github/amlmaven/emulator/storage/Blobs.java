package io.github.amlmaven.emulator.storage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.store.DocumentStore;
import io.github.amlmaven.emulator.store.DocumentStore.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Containers, committed blobs and uncommitted blocks. One document a blob, written after its content is on disk and before
 * the old content goes: a kill at any point leaves the old blob or the new one.
 */
public final class Blobs implements BlobStore {

    private static final String CONTAINERS = "storage.containers";
    private static final String BLOBS = "storage.blobs";
    private static final String BLOCKS = "storage.blocks";
    /** Many, as a lock is held until its document is on the disk. */
    private static final int STRIPES = 1024;

    private final DocumentStore store;
    private final ContentFiles files;
    private final Accounts accounts;
    private final Clock clock;
    private final AtomicLong etags = new AtomicLong(System.nanoTime());
    private final Object[] locks = new Object[STRIPES];

    /**
     * @param folder where content lies
     */
    public Blobs(DocumentStore store, Path folder, Clock clock) {
        this.store = store;
        this.files = new ContentFiles(folder.resolve("content"), store.bytes("storage.contents"));
        this.accounts = new Accounts(store);
        this.clock = clock;
        for (int i = 0; i < STRIPES; i++) {
            locks[i] = new Object();
        }
    }

    Accounts accounts() {
        return accounts;
    }

    ContentFiles files() {
        return files;
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    String newEtag() {
        return "\"0x"
                + Long.toHexString(0x8D0000000000000L | (etags.incrementAndGet() & 0xFFFFFFFFFFFFL))
                        .toUpperCase(Locale.ROOT)
                + "\"";
    }

    // Containers

    /** Metadata, etag and time of a container. */
    record Container(String name, String etag, Instant modified, Map<String, String> metadata) {}

    Optional<Container> container(String account, String container) {
        return store.get(CONTAINERS, account + "/" + container).map(json -> toContainer(container, json));
    }

    boolean hasContainer(String account, String container) {
        return store.contains(CONTAINERS, account + "/" + container);
    }

    /** Says whether it is new. */
    boolean createContainer(String account, String container, Map<String, String> metadata) {
        return store.putIfAbsent(CONTAINERS, account + "/" + container, containerJson(metadata));
    }

    void setContainerMetadata(String account, String container, Map<String, String> metadata) {
        store.put(CONTAINERS, account + "/" + container, containerJson(metadata));
    }

    List<Container> containers(String account, String prefix) {
        String root = account + "/";
        return store.list(CONTAINERS, root + prefix).stream()
                .map(entry -> toContainer(entry.key().substring(root.length()), entry.document()))
                .toList();
    }

    /** Deletes the container with all its blobs; says whether there was one. */
    boolean deleteContainer(String account, String container) throws IOException {
        boolean existed = store.delete(CONTAINERS, account + "/" + container);
        for (String collection : List.of(BLOBS, BLOCKS)) {
            for (Entry entry : store.deleteAll(collection, account + "/" + container + "/")) {
                files.delete(
                        collection.equals(BLOBS)
                                ? Blob.fromJson(entry.document()).segments()
                                : List.of(toBlock(entry.document())));
            }
        }
        return existed;
    }

    private ObjectNode containerJson(Map<String, String> metadata) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("etag", newEtag()).put("modified", now().toString());
        metadata.forEach(json.putObject("metadata")::put);
        return json;
    }

    private static Container toContainer(String name, ObjectNode json) {
        return new Container(
                name,
                json.path("etag").asText(),
                Instant.parse(json.path("modified").asText()),
                Blob.strings(json.path("metadata")));
    }

    // Blobs

    static String key(String account, String container, String name) {
        return account + "/" + container + "/" + name;
    }

    Optional<Blob> blob(String key) {
        return store.get(BLOBS, key).map(Blob::fromJson);
    }

    /** A change of one blob, decided on what is there now. */
    @FunctionalInterface
    interface Change {
        Blob apply(Optional<Blob> present) throws IOException;
    }

    /** Replaces a blob under its lock; content that the new one does not use is deleted. */
    Blob change(String key, Change change) throws IOException {
        synchronized (lock(key)) {
            Optional<Blob> before = blob(key);
            Blob after = change.apply(before);
            store.put(BLOBS, key, after.toJson());
            if (before.isPresent()) {
                discard(before.get().segments(), after.segments());
            }
            return after;
        }
    }

    /** Deletes a blob when {@code check} does not throw; says whether there was one. */
    boolean delete(String key, Consumer<Optional<Blob>> check) throws IOException {
        synchronized (lock(key)) {
            Optional<Blob> before = blob(key);
            check.accept(before);
            if (before.isEmpty()) {
                return false;
            }
            store.delete(BLOBS, key);
            files.delete(before.get().segments());
            discardBlocks(key, Set.of());
            return true;
        }
    }

    List<Entry> entries(String account, String container, String prefix) {
        return store.list(BLOBS, key(account, container, prefix));
    }

    private void discard(List<Segment> old, List<Segment> kept) throws IOException {
        Set<String> names = new HashSet<>();
        kept.forEach(segment -> names.add(segment.file()));
        files.delete(old.stream().filter(s -> !names.contains(s.file())).toList());
    }

    // Blocks; the key's separator cannot be part of a blob's name

    List<Segment> blocks(String key) {
        return store.list(BLOCKS, key + "\u0000").stream()
                .map(entry -> toBlock(entry.document()))
                .toList();
    }

    void putBlock(String key, String blockId, Segment content) throws IOException {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("file", content.file())
                .put("length", content.length())
                .put("blockId", blockId);
        String blockKey = key + "\u0000" + blockId;
        synchronized (lock(key)) {
            Optional<ObjectNode> before = store.get(BLOCKS, blockKey);
            store.put(BLOCKS, blockKey, json);
            if (before.isPresent()) {
                files.delete(List.of(toBlock(before.get())));
            }
        }
    }

    /** Forgets all uncommitted blocks of a blob; deletes the content of those that were not used. */
    void discardBlocks(String key, Set<String> usedFiles) throws IOException {
        for (Entry entry : store.deleteAll(BLOCKS, key + "\u0000")) {
            Segment block = toBlock(entry.document());
            if (!usedFiles.contains(block.file())) {
                files.delete(List.of(block));
            }
        }
    }

    private static Segment toBlock(ObjectNode json) {
        return new Segment(
                json.path("file").asText(),
                json.path("length").asLong(),
                json.path("blockId").asText());
    }

    private Object lock(String key) {
        return locks[Math.floorMod(key.hashCode(), STRIPES)];
    }

    /** Deletes content that no document names, left by a kill; {@code before} keeps today's uploads out of it. */
    void sweep(Instant before) throws IOException {
        Set<String> named = new HashSet<>();
        // Blocks first: one that is committed meanwhile is a blob's then.
        for (Entry entry : store.list(BLOCKS, "")) {
            named.add(toBlock(entry.document()).file());
        }
        for (Entry entry : store.list(BLOBS, "")) {
            Blob.fromJson(entry.document()).segments().forEach(segment -> named.add(segment.file()));
        }
        files.sweep(named, before);
    }

    // BlobStore

    @Override
    public void createContainer(String account, String container) {
        accounts.ensure(account);
        createContainer(account, container, Map.of());
    }

    @Override
    public List<BlobItem> list(String account, String container, String prefix) {
        String root = key(account, container, "");
        List<BlobItem> items = new ArrayList<>();
        for (Entry entry : entries(account, container, prefix)) {
            Blob blob = Blob.fromJson(entry.document());
            items.add(new BlobItem(
                    entry.key().substring(root.length()),
                    blob.length(),
                    blob.property("content-md5"),
                    blob.metadata(),
                    blob.etag()));
        }
        return items;
    }

    @Override
    public InputStream open(String account, String container, String name) throws IOException {
        Blob blob = blob(key(account, container, name))
                .orElseThrow(() -> new NoSuchFileException(key(account, container, name)));
        return files.open(blob.segments(), 0, blob.length());
    }

    @Override
    public void put(String account, String container, String name, Path content) throws IOException {
        try (InputStream in = Files.newInputStream(content)) {
            put(account, container, name, in);
        }
    }

    @Override
    public void put(String account, String container, String name, byte[] content) throws IOException {
        put(account, container, name, new ByteArrayInputStream(content));
    }

    private void put(String account, String container, String name, InputStream in) throws IOException {
        ContentFiles.Stored stored = files.write(in, ContentFiles.Checks.MD5);
        Map<String, String> properties =
                Map.of("content-type", "application/octet-stream", "content-md5", stored.md5());
        change(key(account, container, name), before -> {
            Instant created = before.map(Blob::created).orElse(now());
            return new Blob(List.of(stored.segment()), properties, Map.of(), newEtag(), now(), created, Map.of());
        });
    }

    @Override
    public String containerSas(String account, String container, String permissions, Duration validity) {
        return SasSigner.containerSas(account, accountKey(account), container, permissions, clock.instant(), validity);
    }

    @Override
    public String accountKey(String account) {
        return accounts.ensure(account).key1();
    }

    /** For lambdas that cannot throw. */
    static UncheckedIOException unchecked(IOException e) {
        return new UncheckedIOException(e);
    }
}
