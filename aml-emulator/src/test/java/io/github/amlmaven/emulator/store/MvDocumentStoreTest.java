package io.github.amlmaven.emulator.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
