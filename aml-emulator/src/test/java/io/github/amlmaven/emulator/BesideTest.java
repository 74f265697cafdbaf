package io.github.amlmaven.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class BesideTest {

    private static final Executor HERE = Runnable::run;

    @Test
    void whoAsksBeforeItIsMadeWaits() throws Exception {
        Queue<Runnable> later = new ArrayDeque<>();
        Beside<String> part = Beside.begin(later::add, () -> "made");
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            var asked = executor.submit(part::get);
            assertThat(asked).isNotDone();

            later.remove().run();

            assertThat(asked.get()).isEqualTo("made");
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void whatGoesWrongGoesWrongWhereItIsAskedFor() {
        IOException unreadable = new IOException("cannot read it");
        Beside<String> part = Beside.begin(HERE, () -> {
            throw unreadable;
        });
        Beside<String> faulty = Beside.begin(HERE, () -> {
            throw new IllegalStateException("a fault");
        });

        assertThatThrownBy(part::get).isSameAs(unreadable);
        assertThatThrownBy(faulty::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a fault");
        part.settle();
    }
}
