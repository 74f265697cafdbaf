package io.github.amlmaven.core.content;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Remembers what was computed from files by their stamps, so that content which has not changed is not read again.
 * Shared by all projects of a user; an entry is one file, written in one rename.
 */
public final class StampIndex {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<TreeMap<String, String>> VALUES = new TypeReference<>() {};

    private static final String STAMP = "stamp";
    private static final String FILES = "files";

    private final Optional<Path> folder;
    private final boolean verify;
    private final Progress progress;

    /** Reads the files. */
    @FunctionalInterface
    public interface Reading {
        Map<String, String> read() throws IOException;
    }

    /** The one of a user's cache. */
    public static StampIndex inCache(Path cache, boolean verify, Progress progress) {
        return new StampIndex(cache.resolve("index"), verify, progress);
    }

    /**
     * @param folder of the user's cache, made when needed
     * @param verify whether the files are read although their stamps are known
     */
    public StampIndex(Path folder, boolean verify, Progress progress) {
        this(Optional.of(folder), verify, progress);
    }

    private StampIndex(Optional<Path> folder, boolean verify, Progress progress) {
        this.folder = folder;
        this.verify = verify;
        this.progress = progress;
    }

    /** Whether files are read although their stamps are known. */
    public boolean verifies() {
        return verify;
    }

    /** Remembers nothing. */
    public static StampIndex none() {
        return new StampIndex(Optional.empty(), true, Progress.NONE);
    }

    /**
     * The values that a reading of the files gave, read now unless no file has changed since they were read last.
     *
     * @param what is computed, with everything but the files' content that the values depend on
     * @throws IOException when a file cannot be read, or changes meanwhile
     */
    public Map<String, String> values(String what, List<Path> files, Reading reading) throws IOException {
        Instant begun = Instant.now();
        Stamps before = Stamps.of(files, begun);
        String name = what + "\n" + before.text();
        Optional<Map<String, String>> known = verify ? Optional.empty() : find(name);
        if (known.isPresent()) {
            return known.get();
        }
        Map<String, String> values = reading.read();
        if (!Stamps.of(files, begun).text().equals(before.text())) {
            throw new IOException("files change while they are read");
        }
        if (before.settled()) {
            put(name, values);
        }
        return values;
    }

    /**
     * What a look around gave.
     *
     * @param files that the values turned out to depend on; none when there is no telling, and the values are not kept
     */
    public record Found(Map<String, String> values, List<Path> files) {
        public Found {
            values = Map.copyOf(values);
            files = List.copyOf(files);
        }
    }

    /** Looks around. */
    @FunctionalInterface
    public interface Discovery {
        Found look() throws IOException;
    }

    /**
     * As {@link #values}, where only the discovery tells which files its values depend on.
     *
     * @param what is looked for, with everything but files that the values depend on
     * @throws IOException when a file that the values depend on cannot be read
     */
    public Map<String, String> discovered(String what, Discovery discovery) throws IOException {
        Instant begun = Instant.now();
        Optional<Map<String, String>> known =
                verify ? Optional.empty() : find(what).filter(StampIndex::isAsItWas);
        if (known.isPresent()) {
            Map<String, String> values = new TreeMap<>(known.get());
            values.keySet().removeAll(Set.of(FILES, STAMP));
            return values;
        }
        Found found = discovery.look();
        if (!found.files().isEmpty()) {
            Stamps stamps = Stamps.of(found.files(), begun);
            // Settled before the look began, so that it has seen what the stamps tell of.
            if (stamps.settled()) {
                Map<String, String> values = new TreeMap<>(found.values());
                values.put(FILES, found.files().stream().map(Path::toString).collect(Collectors.joining("\n")));
                values.put(STAMP, stamps.text());
                put(what, values);
            }
        }
        return found.values();
    }

    private static boolean isAsItWas(Map<String, String> entry) {
        try {
            List<Path> files =
                    entry.getOrDefault(FILES, "").lines().map(Path::of).toList();
            return Stamps.of(files, Instant.EPOCH).text().equals(entry.get(STAMP));
        } catch (IOException e) {
            // One is not there any more.
            return false;
        }
    }

    /** Writes a file. */
    @FunctionalInterface
    public interface Writing {
        void write() throws IOException;
    }

    /**
     * Writes a file that is made of others, unless it is as the last writing left it and none of the others has changed.
     *
     * @param what the content depends on beside the others' content
     * @throws IOException when a file cannot be read or written, or changes meanwhile
     */
    public void make(Path file, String what, List<Path> others, Writing writing) throws IOException {
        Instant begun = Instant.now();
        Stamps before = Stamps.of(others, begun);
        String name = "made " + file.toAbsolutePath() + "\n" + what + "\n" + before.text();
        if (!verify && Files.isRegularFile(file)) {
            String found = FileStamp.of(file).text();
            if (find(name).filter(made -> found.equals(made.get(STAMP))).isPresent()) {
                return;
            }
        }
        writing.write();
        if (!Stamps.of(others, begun).text().equals(before.text())) {
            throw new IOException("files change while they are read");
        }
        if (before.settled()) {
            put(name, Map.of(STAMP, FileStamp.of(file).text()));
        }
    }

    /** A fact that is remembered under a name of its own. */
    public Optional<Map<String, String>> find(String name) {
        return folder.map(in -> entry(in, name)).flatMap(this::read);
    }

    /** Remembers a fact. */
    public void put(String name, Map<String, String> values) {
        folder.ifPresent(in -> write(entry(in, name), values));
    }

    private record Stamps(String text, boolean settled) {
        static Stamps of(List<Path> files, Instant moment) throws IOException {
            StringBuilder text = new StringBuilder();
            boolean settled = true;
            for (Path file : files) {
                FileStamp stamp = FileStamp.of(file);
                settled &= stamp.isSettledAt(moment);
                text.append(stamp.text()).append('\n');
            }
            return new Stamps(text.toString(), settled);
        }
    }

    private static Path entry(Path folder, String name) {
        return folder.resolve(Sha256.of(name) + ".json");
    }

    private Optional<Map<String, String>> read(Path entry) {
        if (!Files.isRegularFile(entry)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(entry.toFile(), VALUES));
        } catch (IOException e) {
            progress.debug(entry + " cannot be read and is made again: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** An index that cannot be written costs time, not correctness. */
    private void write(Path entry, Map<String, String> values) {
        try {
            WholeFile.write(entry, JSON.writeValueAsString(new TreeMap<>(values)));
        } catch (IOException e) {
            progress.warn("The index " + entry + " cannot be written; the next build reads the files again: "
                    + e.getMessage());
        }
    }
}
