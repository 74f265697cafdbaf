package io.github.amlmaven.emulator.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** Documents as JSON text in an H2 MVStore file; each write is one committed and synced chunk. */
public final class MvDocumentStore implements DocumentStore {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final MVStore store;

    /**
     * Readers share it, a commit has it alone: a commit may drop the chunk that a reader is in the middle of ("Chunk n not
     * found", H2's issue 4383).
     */
    private final ReadWriteLock chunks = new ReentrantReadWriteLock();

    private MvDocumentStore(MVStore store) {
        this.store = store;
    }

    /**
     * Opens or makes the file and locks it against other processes.
     *
     * @throws org.h2.mvstore.MVStoreException when the file is in use ({@link
     *     org.h2.mvstore.DataUtils#ERROR_FILE_LOCKED}) or damaged
     */
    public static MvDocumentStore open(Path file) {
        MVStore store = new MVStore.Builder()
                .fileName(file.toAbsolutePath().toString())
                .autoCommitDisabled()
                .open();
        // Every commit is synced before the next one starts, so space of old chunks may be reused at once.
        store.setRetentionTime(0);
        store.setVersionsToKeep(0);
        return new MvDocumentStore(store);
    }

    @Override
    public Optional<ObjectNode> get(String collection, String key) {
        return reading(() -> Optional.ofNullable(map(collection).get(key))).map(MvDocumentStore::parse);
    }

    @Override
    public synchronized void put(String collection, String key, ObjectNode document) {
        String text = text(document);
        committing(() -> map(collection).put(key, text));
    }

    @Override
    public synchronized boolean putIfAbsent(String collection, String key, ObjectNode document) {
        if (get(collection, key).isPresent()) {
            return false;
        }
        put(collection, key, document);
        return true;
    }

    @Override
    public synchronized ObjectNode update(String collection, String key, UnaryOperator<ObjectNode> change) {
        ObjectNode changed = change.apply(get(collection, key).orElseGet(JSON::createObjectNode));
        String text = text(changed);
        committing(() -> map(collection).put(key, text));
        return parse(text);
    }

    @Override
    public synchronized boolean delete(String collection, String key) {
        if (get(collection, key).isEmpty()) {
            return false;
        }
        committing(() -> map(collection).remove(key));
        return true;
    }

    @Override
    public List<Entry> list(String collection, String prefix) {
        return reading(() -> {
            List<Entry> entries = new ArrayList<>();
            for (Cursor<String, String> documents = map(collection).cursor(prefix); documents.hasNext(); ) {
                String key = documents.next();
                if (!key.startsWith(prefix)) {
                    break;
                }
                entries.add(new Entry(key, parse(documents.getValue())));
            }
            return entries;
        });
    }

    @Override
    public synchronized void close() {
        if (!store.isClosed()) {
            committing(() -> {});
            store.close();
        }
    }

    private <T> T reading(Supplier<T> reader) {
        Lock lock = chunks.readLock();
        lock.lock();
        try {
            return reader.get();
        } finally {
            lock.unlock();
        }
    }

    /** Writers follow each other, so that the next commit begins when this one is on the disk; readers need not wait for that. */
    private void committing(Runnable change) {
        Lock lock = chunks.writeLock();
        lock.lock();
        try {
            change.run();
            store.commit();
        } finally {
            lock.unlock();
        }
        store.sync();
    }

    private MVMap<String, String> map(String collection) {
        return store.openMap(collection);
    }

    private static String text(ObjectNode document) {
        try {
            return JSON.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write a document", e);
        }
    }

    private static ObjectNode parse(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("damaged document", e);
        }
    }
}
