package io.github.amlmaven.emulator.job.engine;

import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.process.Stop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** Runs at most so many jobs at once, in the order in which they came. */
final class JobQueue implements AutoCloseable {

    private static final int CLOSE_LIMIT_SECONDS = 20;

    private final ThreadPoolExecutor workers;
    private final BiConsumer<ResourceId, Stop> runner;
    private final Map<String, Stop> stops = new ConcurrentHashMap<>();

    /** @param runner runs one job to its end and never throws */
    JobQueue(int slots, BiConsumer<ResourceId, Stop> runner) {
        AtomicInteger number = new AtomicInteger();
        this.runner = runner;
        this.workers = new ThreadPoolExecutor(slots, slots, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(work, "aml-job-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        workers.allowCoreThreadTimeOut(true);
    }

    void submit(ResourceId job) {
        Stop stop = new Stop();
        stops.put(job.key(), stop);
        workers.execute(() -> {
            try {
                if (stop.reason().isEmpty()) {
                    runner.accept(job, stop);
                }
            } finally {
                stops.remove(job.key());
            }
        });
    }

    /** Asks a waiting or running job to end; one that has ended is left alone. */
    void stop(ResourceId job) {
        Stop stop = stops.get(job.key());
        if (stop != null) {
            stop.request(Stop.Reason.CANCELED);
        }
    }

    /** Ends all processes; jobs keep the state they have. */
    @Override
    public void close() {
        stops.values().forEach(stop -> stop.request(Stop.Reason.SHUTDOWN));
        workers.shutdown();
        try {
            if (!workers.awaitTermination(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
