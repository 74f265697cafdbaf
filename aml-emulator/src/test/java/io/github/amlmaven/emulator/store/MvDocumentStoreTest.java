package io.github.amlmaven.emulator.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MvDocumentStoreTest {

    private static final int DOCUMENTS = 300;

    @Test
    void readersSeeEveryDocumentWhileOthersWrite(@TempDir Path home) throws Exception {
        AtomicBoolean written = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(3);
        // Opened twice: a store read from its file keeps no page in memory, so that readers go to the chunks.
        fill(home);
        try (MvDocumentStore store = MvDocumentStore.open(home.resolve("state.mv"))) {
            List<Future<Integer>> read = new ArrayList<>();
            for (int reader = 0; reader < 3; reader++) {
                read.add(readers.submit(() -> {
                    int lists = 0;
                    for (; !written.get(); lists++) {
                        assertThat(store.list("jobs", "")).hasSize(DOCUMENTS);
                    }
                    return lists;
                }));
            }
            for (int write = 0; write < 2 * DOCUMENTS; write++) {
                store.put("jobs", "job-" + write % DOCUMENTS, document(write));
            }
            written.set(true);
            for (Future<Integer> lists : read) {
                assertThat(lists.get()).isPositive();
            }
        } finally {
            readers.shutdownNow();
        }
    }

    @Test
    void bytesAreOnTheDiskWithTheDocumentThatIsWrittenAfterThem(@TempDir Path home) throws Exception {
        Path file = home.resolve("state.mv");
        Path killed = home.resolve("killed.mv");
        try (MvDocumentStore store = MvDocumentStore.open(file)) {
            store.bytes("contents").put("gone", new byte[] {1});
            store.bytes("contents").put("here", new byte[] {2, 3});
            store.bytes("contents").delete(List.of("gone"));
            store.put("blobs", "b", document(1));
            // What a process leaves that is killed now.
            Files.copy(file, killed);
        }
        try (MvDocumentStore store = MvDocumentStore.open(killed)) {
            assertThat(store.contains("blobs", "b")).isTrue();
            assertThat(store.bytes("contents").names()).containsExactly("here");
            assertThat(store.bytes("contents").get("here")).hasValue(new byte[] {2, 3});
            assertThat(store.bytes("contents").contains("gone")).isFalse();
        }
    }

    @Test
    void whatIsDoneTogetherIsOnTheDiskTogether(@TempDir Path home) throws Exception {
        Path file = home.resolve("state.mv");
        Path before = home.resolve("before.mv");
        Path after = home.resolve("after.mv");
        try (MvDocumentStore store = MvDocumentStore.open(file)) {
            store.put("jobs", "first", document(1));
            store.together(() -> {
                store.put("jobs", "second", document(2));
                store.put("jobs", "third", document(3));
                copy(file, before);
            });
            copy(file, after);
        }
        assertThat(keys(before)).containsExactly("first");
        assertThat(keys(after)).containsExactly("first", "second", "third");
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> keys(Path file) {
        try (MvDocumentStore store = MvDocumentStore.open(file)) {
            return store.list("jobs", "").stream().map(DocumentStore.Entry::key).toList();
        }
    }

    @Test
    void whatWasAcknowledgedToManyWritersAtOnceOutlivesAKill(@TempDir Path home) throws Exception {
        Path file = home.resolve("state.mv");
        Process writing = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writers.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Set<String> acknowledged = new HashSet<>();
        try (BufferedReader lines = writing.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                acknowledged.add(line);
                if (acknowledged.size() == DOCUMENTS) {
                    writing.toHandle().destroyForcibly();
                }
            }
        }
        writing.waitFor();

        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(DOCUMENTS);
        try (MvDocumentStore store = MvDocumentStore.open(file)) {
            assertThat(store.list("jobs", "").stream().map(DocumentStore.Entry::key))
                    .containsAll(acknowledged);
        }
    }

    /** Says the key of each document, and of each that it found to be there already, when the store has returned. */
    static final class Writers {
        private static final int WRITERS = 16;

        public static void main(String[] arguments) {
            MvDocumentStore store = MvDocumentStore.open(Path.of(arguments[0]));
            for (int writer = 0; writer < WRITERS; writer++) {
                int first = writer;
                new Thread(() -> {
                            for (int number = first; ; number++) {
                                String key = "job-" + number;
                                store.putIfAbsent("jobs", key, document(number));
                                System.out.print(key + "\n");
                            }
                        })
                        .start();
            }
        }
    }

    @Test
    void allDocumentsBelowAPrefixGoTogether(@TempDir Path home) {
        try (MvDocumentStore store = MvDocumentStore.open(home.resolve("state.mv"))) {
            for (String key : List.of("a/1", "a/2", "b/1")) {
                store.put("blocks", key, document(1));
            }

            assertThat(store.deleteAll("blocks", "a/").stream().map(DocumentStore.Entry::key))
                    .containsExactly("a/1", "a/2");
            assertThat(store.list("blocks", "").stream().map(DocumentStore.Entry::key))
                    .containsExactly("b/1");
        }
    }

    private static void fill(Path home) {
        try (MvDocumentStore store = MvDocumentStore.open(home.resolve("state.mv"))) {
            for (int number = 0; number < DOCUMENTS; number++) {
                store.put("jobs", "job-" + number, document(number));
            }
        }
    }

    private static ObjectNode document(int number) {
        return JsonNodeFactory.instance.objectNode().put("number", number).put("log", "a line of the log ".repeat(100));
    }
}
