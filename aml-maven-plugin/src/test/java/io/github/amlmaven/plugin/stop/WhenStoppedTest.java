package io.github.amlmaven.plugin.stop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.plugin.stop.WhenStopped.Turn;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WhenStoppedTest {

    private final WhenStopped whenStopped = new WhenStopped();
    private final List<String> done = new CopyOnWriteArrayList<>();

    @Test
    void servicesAreToldBeforeTheRecordIsWrittenAndTheEmulatorEnds() {
        whenStopped.run(Turn.END, () -> done.add("emulator"));
        whenStopped.run(Turn.RECORDS, () -> done.add("record"));
        whenStopped.run(Turn.SERVICES, () -> done.add("traffic"));

        whenStopped.stopped();

        assertThat(done).containsExactly("traffic", "record", "emulator");
    }

    @Test
    void whatWasTakenBackIsNotDoneAndNothingIsDoneTwice() {
        whenStopped.run(Turn.SERVICES, () -> done.add("over")).close();
        whenStopped.run(Turn.SERVICES, () -> done.add("traffic"));

        whenStopped.now(Turn.SERVICES);
        whenStopped.stopped();

        assertThat(done).containsExactly("traffic");
    }

    @Test
    void aTaskThatFailsTakesNoOtherWithItAndTheEndOfACloudMayAskForItsServices() {
        AtomicReference<Throwable> said = new AtomicReference<>();
        whenStopped.run(Turn.SERVICES, () -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> said.set(e));
            throw new IllegalStateException("no network");
        });
        whenStopped.run(Turn.RECORDS, () -> done.add("record"));
        whenStopped.run(Turn.END, () -> whenStopped.now(Turn.SERVICES));

        whenStopped.stopped();

        assertThat(said.get()).hasMessage("no network");
        assertThat(done).containsExactly("record");
    }

    @Test
    void whatComesAfterItsTurnIsDoneAtOnce() {
        whenStopped.stopped();

        whenStopped.run(Turn.SERVICES, () -> done.add("job cancelled"));
        whenStopped.now(Turn.SERVICES);

        assertThat(done).containsExactly("job cancelled");
    }

    @Test
    void whoComesSecondWaitsForWhatTheFirstHasBegun() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        whenStopped.run(Turn.SERVICES, () -> {
            begun.countDown();
            try {
                assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            done.add("traffic");
        });
        Thread first = new Thread(whenStopped::stopped);
        first.start();
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        Thread second = new Thread(() -> {
            whenStopped.now(Turn.SERVICES);
            done.add("emulator");
        });
        second.start();
        go.countDown();
        second.join(20_000);

        assertThat(done).containsExactly("traffic", "emulator");
    }
}
