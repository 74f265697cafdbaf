package io.github.amlmaven.emulator.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Durable JSON documents in named collections, ordered by key. Every write is on disk when the call returns, so that a
 * killed emulator comes back with all that it has acknowledged. Documents are copied in and out: changing a returned one
 * changes nothing.
 */
public interface DocumentStore extends AutoCloseable {

    Optional<ObjectNode> get(String collection, String key);

    void put(String collection, String key, ObjectNode document);

    /** Stores the document unless the key exists; says whether it did. */
    boolean putIfAbsent(String collection, String key, ObjectNode document);

    /**
     * Changes one document atomically.
     *
     * @param change from the present document (an empty one when there is none) to the new one
     * @return the new document
     */
    ObjectNode update(String collection, String key, UnaryOperator<ObjectNode> change);

    /** Says whether there was one. */
    boolean delete(String collection, String key);

    /** Deletes all documents whose key starts with {@code prefix}, in one go; says what they were, in key order. */
    List<Entry> deleteAll(String collection, String prefix);

    /** Documents whose key starts with {@code prefix}, in key order. */
    List<Entry> list(String collection, String prefix);

    /** Does work whose writes come to the disk together, when it returns: nobody may be told of one before. */
    void together(Runnable work);

    /** Whether there is a document; cheaper than reading it. */
    boolean contains(String collection, String key);

    /** Bytes in the same file; {@code name} is no collection's. */
    ByteStore bytes(String name);

    @Override
    void close();

    /** A key with its document. */
    record Entry(String key, ObjectNode document) {}
}
