package io.github.amlmaven.emulator.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * Documents as JSON text in an H2 MVStore file. A write returns when a commit that holds it is synced; writes that come
 * while one commit is on its way to the disk share the next one.
 */
public final class MvDocumentStore implements DocumentStore {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final MVStore store;

    private final Map<String, MVMap<String, String>> maps = new ConcurrentHashMap<>();

    /**
     * Readers share it, a commit has it alone: a commit may drop the chunk that a reader is in the middle of ("Chunk n not
     * found", H2's issue 4383).
     */
    private final ReadWriteLock chunks = new ReentrantReadWriteLock();

    /** Commits follow each other: the next one begins when this one is on the disk. */
    private final Lock disk = new ReentrantLock();

    /** Counts the changes made in memory; written under {@link #chunks}. */
    private final AtomicLong changes = new AtomicLong();

    /** Whether this thread's writes are part of a work that is acknowledged as a whole. */
    private final ThreadLocal<Boolean> deferring = ThreadLocal.withInitial(() -> false);

    /** The last change that is on the disk; guarded by {@link #disk}. */
    private long onDisk;

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
    public void put(String collection, String key, ObjectNode document) {
        String text = text(document);
        awaitDisk(change(() -> map(collection).put(key, text)));
    }

    @Override
    public boolean putIfAbsent(String collection, String key, ObjectNode document) {
        String text = text(document);
        boolean absent;
        long change;
        synchronized (this) {
            absent = get(collection, key).isEmpty();
            change = change(() -> {
                if (absent) {
                    map(collection).put(key, text);
                }
            });
        }
        // Also when it is there: an answer must not rest on a document that a kill would still undo.
        awaitDisk(change);
        return absent;
    }

    @Override
    public ObjectNode update(String collection, String key, UnaryOperator<ObjectNode> change) {
        String text;
        long made;
        synchronized (this) {
            text = text(change.apply(get(collection, key).orElseGet(JSON::createObjectNode)));
            made = change(() -> map(collection).put(key, text));
        }
        awaitDisk(made);
        return parse(text);
    }

    @Override
    public boolean delete(String collection, String key) {
        boolean present;
        long change;
        synchronized (this) {
            present = get(collection, key).isPresent();
            change = change(() -> {
                if (present) {
                    map(collection).remove(key);
                }
            });
        }
        awaitDisk(change);
        return present;
    }

    @Override
    public List<Entry> deleteAll(String collection, String prefix) {
        List<Entry> gone;
        long change;
        synchronized (this) {
            gone = list(collection, prefix);
            change = change(() -> gone.forEach(entry -> map(collection).remove(entry.key())));
        }
        awaitDisk(change);
        return gone;
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
    public void together(Runnable work) {
        deferring.set(true);
        try {
            work.run();
        } finally {
            deferring.remove();
        }
        awaitDisk(changes.get());
    }

    @Override
    public boolean contains(String collection, String key) {
        return reading(() -> map(collection).containsKey(key));
    }

    @Override
    public ByteStore bytes(String name) {
        return new MvByteStore(this, store.openMap(name, MvByteStore.BUILDER));
    }

    @Override
    public void close() {
        disk.lock();
        try {
            if (!store.isClosed()) {
                commit();
                store.close();
            }
        } finally {
            disk.unlock();
        }
    }

    <T> T reading(Supplier<T> reader) {
        Lock lock = chunks.readLock();
        lock.lock();
        try {
            return reader.get();
        } finally {
            lock.unlock();
        }
    }

    /** Makes a change in memory; {@link #awaitDisk} takes what comes back. Writers that decide on what they read hold the monitor. */
    synchronized long change(Runnable change) {
        Lock lock = chunks.writeLock();
        lock.lock();
        try {
            change.run();
            return changes.incrementAndGet();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the change is synced: by this thread, or by the one before it in the queue, whose commit held it too. */
    private void awaitDisk(long change) {
        if (deferring.get()) {
            return;
        }
        disk.lock();
        try {
            if (onDisk < change) {
                commit();
            }
        } finally {
            disk.unlock();
        }
    }

    /** Under {@link #disk}. Readers need not wait for the sync. */
    private void commit() {
        long reached;
        Lock lock = chunks.writeLock();
        lock.lock();
        try {
            reached = changes.get();
            store.commit();
        } finally {
            lock.unlock();
        }
        store.sync();
        onDisk = reached;
    }

    private MVMap<String, String> map(String collection) {
        return maps.computeIfAbsent(collection, store::openMap);
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
