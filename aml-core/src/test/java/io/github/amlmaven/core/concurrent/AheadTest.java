package io.github.amlmaven.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AheadTest {

    @Test
    void theResultIsThereWhenItIsAskedFor() {
        try (Ahead<String> ahead = Ahead.begin("test", () -> "token")) {
            assertThat(ahead.get()).isEqualTo("token");
            assertThat(ahead.get()).isEqualTo("token");
        }
    }

    @Test
    void whatIsKnownIsThereAndNeedsNoEnd() {
        Ahead<String> ahead = Ahead.known("token");

        assertThat(ahead.get()).isEqualTo("token");
        ahead.close();
        assertThat(ahead.get()).isEqualTo("token");
    }

    @Test
    void aFailureIsThrownWhereTheResultIsAskedForAndNotAtTheEnd() {
        RuntimeException failure = new IllegalArgumentException("refused");
        try (Ahead<String> ahead = Ahead.begin("test", () -> {
            throw failure;
        })) {
            assertThatThrownBy(ahead::get).isSameAs(failure);
        }
    }

    @Test
    void whatIsNotNeededAnyMoreIsInterruptedAndLeavesNoThread() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        AtomicReference<Thread> worker = new AtomicReference<>();
        Ahead<String> ahead = Ahead.begin("test", () -> {
            worker.set(Thread.currentThread());
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
            return "too late";
        });
        begun.await();

        ahead.close();

        assertThat(interrupted).isTrue();
        assertThat(worker.get().isAlive()).isFalse();
    }

    @Test
    void whoWaitsForItCanBeInterrupted() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        try (Ahead<String> ahead = Ahead.begin("test", () -> {
            awaitQuietly(never);
            return "";
        })) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(ahead::get).hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).as("says so to who called").isTrue();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
