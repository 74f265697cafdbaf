package io.github.amlmaven.emulator.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Bytes under names, beside the documents that name them. A change is on disk when the next write of a document returns: a
 * document never comes back from a kill without bytes that were put before it.
 */
public interface ByteStore {

    /** The array is the store's own; nobody may change it. */
    Optional<byte[]> get(String name);

    boolean contains(String name);

    /** Takes the array, which may not be changed any more. */
    void put(String name, byte[] bytes);

    void delete(Collection<String> names);

    /** All names, in order. */
    List<String> names();
}
