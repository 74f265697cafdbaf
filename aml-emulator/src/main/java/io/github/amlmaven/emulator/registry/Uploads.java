package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Blob uploads under way. They survive a restart: the bytes are in a file, only their hash is computed anew. */
final class Uploads {

    private static final String COLLECTION = "registry.uploads";

    private final DocumentStore store;
    private final ContentStore content;
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();

    Uploads(DocumentStore store, ContentStore content) {
        this.store = store;
        this.content = content;
    }

    /** One upload; its methods are called by one request at a time. */
    final class Session {

        private final String id;
        private final Repository repository;
        private final Path file;
        private final MessageDigest sha;
        private long length;

        private Session(String id, Repository repository, Path file, MessageDigest sha, long length) {
            this.id = id;
            this.repository = repository;
            this.file = file;
            this.sha = sha;
            this.length = length;
        }

        String id() {
            return id;
        }

        Repository repository() {
            return repository;
        }

        synchronized long length() {
            return length;
        }

        /**
         * Appends a request's body.
         *
         * @param announced the body's length when the client said it
         * @throws EOFException when the client stopped in the middle; nothing is appended then
         */
        synchronized void append(InputStream in, OptionalLong announced) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.position(length);
                long count = ContentStore.append(in, channel, sha);
                if (announced.isPresent() && count != announced.getAsLong()) {
                    throw new EOFException("body ended after " + count + " of " + announced.getAsLong() + " bytes");
                }
                length += count;
            } catch (IOException e) {
                // The hash has seen bytes that do not count: go back to what was acknowledged.
                sessions.remove(id);
                truncate();
                throw e;
            }
        }

        private void truncate() throws IOException {
            if (Files.exists(file)) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(length);
                }
            }
        }

        /** Ends the upload; false, and nothing is kept, when the bytes have another digest. */
        synchronized boolean finish(String digest) throws IOException {
            String actual =
                    ContentStore.usual(digest) ? ContentStore.digest(sha.digest()) : ContentStore.digest(file, digest);
            boolean good = actual.equals(digest);
            if (good) {
                if (!Files.exists(file)) {
                    Files.createFile(file);
                }
                content.commit(file, digest);
            }
            forget();
            return good;
        }

        synchronized void cancel() throws IOException {
            forget();
        }

        private void forget() throws IOException {
            sessions.remove(id);
            store.delete(COLLECTION, id);
            Files.deleteIfExists(file);
        }
    }

    Session start(Repository repository) throws IOException {
        String id = UUID.randomUUID().toString();
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("registry", repository.registry()).put("repository", repository.name());
        store.put(COLLECTION, id, document);
        Session session = new Session(id, repository, content.temporary(id), ContentStore.sha256(), 0);
        sessions.put(id, session);
        return session;
    }

    /** @param id as the client sent it; only ids that were given out are found */
    Optional<Session> find(String id, Repository repository) throws IOException {
        Session present = sessions.get(id);
        if (present == null) {
            Optional<ObjectNode> document = store.get(COLLECTION, id);
            if (document.isEmpty()) {
                return Optional.empty();
            }
            present = sessions.computeIfAbsent(id, key -> restore(key, document.get()));
        }
        return present.repository().equals(repository) ? Optional.of(present) : Optional.empty();
    }

    Set<String> ids() {
        Set<String> ids = new HashSet<>();
        store.list(COLLECTION, "").forEach(entry -> ids.add(entry.key()));
        return ids;
    }

    private Session restore(String id, ObjectNode document) {
        Repository repository = new Repository(
                document.path("registry").asText(), document.path("repository").asText());
        try {
            Path file = content.temporary(id);
            MessageDigest sha = ContentStore.sha256();
            long length = 0;
            if (Files.exists(file)) {
                try (InputStream in = Files.newInputStream(file)) {
                    byte[] buffer = new byte[ContentStore.BUFFER];
                    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                        sha.update(buffer, 0, n);
                        length += n;
                    }
                }
            }
            return new Session(id, repository, file, sha, length);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
