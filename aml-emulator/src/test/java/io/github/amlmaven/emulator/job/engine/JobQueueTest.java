package io.github.amlmaven.emulator.job.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.process.ProcessGang;
import io.github.amlmaven.emulator.job.process.ProcessGroup;
import io.github.amlmaven.emulator.job.process.Stop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class JobQueueTest {

    @Test
    void twoHundredQueuedJobsAreRunAFewAtATime(@TempDir Path folder) throws InterruptedException {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(200);
        try (JobQueue queue = new JobQueue(3, (job, stop) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            process(folder, stop);
            running.decrementAndGet();
            ended.countDown();
        })) {
            for (int i = 0; i < 200; i++) {
                queue.submit(new ResourceId("/subscriptions/s/jobs/j" + i));
            }
            assertThat(ended.await(100, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(most).hasValueBetween(1, 3);
    }

    private static void process(Path folder, Stop stop) {
        try {
            ProcessGroup group = ProcessGroup.start(
                    List.of("true"), folder, Map.of("PATH", System.getenv("PATH")), folder.resolve("log"));
            new ProcessGang(List.of(group)).await(Optional.empty(), stop);
        } catch (IOException | Stop.StoppedException e) {
            throw new AssertionError(e);
        }
    }
}
