package io.github.amlmaven.emulator.storage;

import io.github.amlmaven.emulator.store.ByteStore;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Contents that are too small for a file each: finding an inode and a name for one costs more than its bytes. They lie in the
 * store beside the documents that name them, in the order in which they came.
 */
final class SmallContents {

    /** In bytes. */
    static final int LARGEST = 1 << 16;

    private static final String PREFIX = "small/";

    private final ByteStore store;
    /** The home is locked, so that no two processes have it at the same time. */
    private final String life = PREFIX + "%012x-".formatted(System.currentTimeMillis());

    private final AtomicLong count = new AtomicLong();

    SmallContents(ByteStore store) {
        this.store = store;
    }

    /** Whether a segment's name is one of these. */
    static boolean named(String name) {
        return name.startsWith(PREFIX);
    }

    /** Stores bytes that nobody changes any more; their name comes back. */
    String put(byte[] bytes) {
        String number = Long.toHexString(count.incrementAndGet());
        // Of one width, so that what comes later also stands later.
        String name = life + "0".repeat(Math.max(0, 12 - number.length())) + number;
        store.put(name, bytes);
        return name;
    }

    boolean contains(String name) {
        return store.contains(name);
    }

    byte[] get(String name) throws NoSuchFileException {
        return store.get(name).orElseThrow(() -> new NoSuchFileException(name));
    }

    void delete(Collection<String> names) {
        if (!names.isEmpty()) {
            store.delete(names);
        }
    }

    /** Deletes what an earlier process has left that is not {@code used}. */
    void sweep(Set<String> used) {
        List<String> left = new ArrayList<>();
        for (String name : store.names()) {
            if (!name.startsWith(life) && !used.contains(name)) {
                left.add(name);
            }
        }
        delete(left);
    }
}
