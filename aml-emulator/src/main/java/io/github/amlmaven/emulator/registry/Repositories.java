package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.store.DocumentStore;
import io.github.amlmaven.emulator.store.DocumentStore.Entry;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is in which repository: blobs, manifests, tags. Content itself is shared ({@link ContentStore}); a blob may be read
 * through a repository only when it was pushed to, mounted in or imported into that repository.
 */
final class Repositories {

    private static final String BLOBS = "registry.blobs";
    private static final String MANIFESTS = "registry.manifests";
    private static final String TAGS = "registry.tags";

    private final DocumentStore store;
    private final ContentStore content;
    private final Clock clock;

    Repositories(DocumentStore store, ContentStore content, Clock clock) {
        this.store = store;
        this.content = content;
        this.clock = clock;
    }

    ContentStore content() {
        return content;
    }

    /** A stored manifest. */
    record StoredManifest(
            String digest, String mediaType, long size, Instant created, String subject, ManifestBytes bytes) {
        JsonNode json() throws IOException {
            return bytes.json();
        }
    }

    /** A tag. */
    record Tag(String name, String digest, Instant created, Instant updated) {}

    // Blobs

    boolean hasBlob(Repository repository, String digest) {
        return store.get(BLOBS, repository.key() + "@" + digest).isPresent() && content.contains(digest);
    }

    /** Whether content may be read through the repository: a blob or a manifest of it. */
    boolean readable(Repository repository, String digest) {
        return hasBlob(repository, digest)
                || store.get(MANIFESTS, repository.key() + "@" + digest).isPresent();
    }

    void linkBlob(Repository repository, String digest) {
        ObjectNode link = JsonNodeFactory.instance.objectNode().put("created", now());
        store.putIfAbsent(BLOBS, repository.key() + "@" + digest, link);
    }

    boolean unlinkBlob(Repository repository, String digest) {
        return store.delete(BLOBS, repository.key() + "@" + digest);
    }

    // Manifests

    /** Stores a manifest that was checked before; returns its digest. */
    String putManifest(Repository repository, String mediaType, ManifestBytes bytes) throws IOException {
        String digest = bytes.digest();
        putManifest(repository, digest, mediaType, bytes);
        return digest;
    }

    /** Stores a manifest that was checked before, by a digest of any algorithm. */
    void putManifest(Repository repository, String digest, String mediaType, ManifestBytes bytes) throws IOException {
        content.add(digest, bytes.content());
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("mediaType", mediaType).put("size", bytes.content().length).put("created", now());
        document.put("subject", bytes.json().path("subject").path("digest").asText(""));
        store.putIfAbsent(MANIFESTS, repository.key() + "@" + digest, document);
    }

    Optional<StoredManifest> manifest(Repository repository, String reference) throws IOException {
        String digest = reference;
        if (!ImageName.isDigest(reference)) {
            Optional<Tag> tag = tag(repository, reference);
            if (tag.isEmpty()) {
                return Optional.empty();
            }
            digest = tag.get().digest();
        }
        Optional<ObjectNode> document = store.get(MANIFESTS, repository.key() + "@" + digest);
        return document.isEmpty() ? Optional.empty() : Optional.of(toManifest(digest, document.get()));
    }

    List<StoredManifest> manifests(Repository repository) throws IOException {
        List<StoredManifest> manifests = new ArrayList<>();
        String prefix = repository.key() + "@";
        for (Entry entry : store.list(MANIFESTS, prefix)) {
            manifests.add(toManifest(entry.key().substring(prefix.length()), entry.document()));
        }
        return manifests;
    }

    /** Deletes a manifest and all its tags; says whether there was one. */
    boolean deleteManifest(Repository repository, String digest) {
        for (Tag tag : tags(repository)) {
            if (tag.digest().equals(digest)) {
                deleteTag(repository, tag.name());
            }
        }
        return store.delete(MANIFESTS, repository.key() + "@" + digest);
    }

    private StoredManifest toManifest(String digest, ObjectNode document) throws IOException {
        return new StoredManifest(
                digest,
                document.path("mediaType").asText(),
                document.path("size").asLong(),
                Instant.parse(document.path("created").asText()),
                document.path("subject").asText(),
                new ManifestBytes(content.read(digest)));
    }

    // Tags

    void tag(Repository repository, String tag, String digest) {
        store.update(TAGS, repository.key() + ":" + tag, document -> {
            if (!document.has("created")) {
                document.put("created", now());
            }
            return document.put("digest", digest).put("updated", now());
        });
    }

    /** Sets the tag unless it exists; says whether it did. */
    boolean tagIfAbsent(Repository repository, String tag, String digest) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("created", now()).put("digest", digest).put("updated", now());
        return store.putIfAbsent(TAGS, repository.key() + ":" + tag, document);
    }

    Optional<Tag> tag(Repository repository, String tag) {
        return store.get(TAGS, repository.key() + ":" + tag).map(document -> toTag(tag, document));
    }

    List<Tag> tags(Repository repository) {
        String prefix = repository.key() + ":";
        return store.list(TAGS, prefix).stream()
                .map(entry -> toTag(entry.key().substring(prefix.length()), entry.document()))
                .toList();
    }

    boolean deleteTag(Repository repository, String tag) {
        return store.delete(TAGS, repository.key() + ":" + tag);
    }

    private static Tag toTag(String name, ObjectNode document) {
        return new Tag(
                name,
                document.path("digest").asText(),
                Instant.parse(document.path("created").asText()),
                Instant.parse(document.path("updated").asText()));
    }

    // Repositories

    /** Names of the repositories that hold a manifest, in order. */
    List<String> names(String registry) {
        Set<String> names = new TreeSet<>();
        String prefix = registry + "/";
        for (Entry entry : store.list(MANIFESTS, prefix)) {
            String key = entry.key();
            names.add(key.substring(prefix.length(), key.indexOf('@')));
        }
        return List.copyOf(names);
    }

    void delete(Repository repository) {
        for (String collection : List.of(TAGS, MANIFESTS, BLOBS)) {
            String separator = collection.equals(TAGS) ? ":" : "@";
            for (Entry entry : store.list(collection, repository.key() + separator)) {
                store.delete(collection, entry.key());
            }
        }
    }

    void deleteRegistry(String registry) {
        for (String collection : List.of(TAGS, MANIFESTS, BLOBS)) {
            for (Entry entry : store.list(collection, registry + "/")) {
                store.delete(collection, entry.key());
            }
        }
    }

    /** All digests that some repository names. */
    Set<String> linked() {
        Set<String> digests = new HashSet<>();
        for (String collection : List.of(MANIFESTS, BLOBS)) {
            for (Entry entry : store.list(collection, "")) {
                digests.add(entry.key().substring(entry.key().indexOf('@') + 1));
            }
        }
        return digests;
    }

    private String now() {
        return clock.instant().toString();
    }
}
