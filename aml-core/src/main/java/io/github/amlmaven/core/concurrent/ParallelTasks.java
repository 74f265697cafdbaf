package io.github.amlmaven.core.concurrent;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same to many things, a few at a time; the first failure ends it. */
public final class ParallelTasks {

    private ParallelTasks() {}

    /** What is done to one thing. */
    @FunctionalInterface
    public interface Task<T, E extends Exception> {
        void run(T item) throws E;
    }

    /**
     * Runs the task on every item and returns when all are done.
     *
     * @param threads at most so many at the same time
     * @throws E the first failure; the others are then interrupted
     */
    public static <T, E extends Exception> void run(int threads, List<T> items, Task<T, E> task) throws E {
        if (items.size() == 1) {
            task.run(items.get(0));
            return;
        }
        if (items.isEmpty()) {
            return;
        }
        ExecutorService pool = pool(Math.min(threads, items.size()));
        try {
            ExecutorCompletionService<Boolean> running = new ExecutorCompletionService<>(pool);
            List<Future<Boolean>> all = new ArrayList<>();
            for (T item : items) {
                all.add(running.submit(() -> {
                    task.run(item);
                    return true;
                }));
            }
            for (int done = 0; done < all.size(); done++) {
                running.take().get();
            }
        } catch (ExecutionException failed) {
            throw ParallelTasks.<E>cause(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("the transfer was interrupted"));
        } finally {
            pool.shutdownNow();
        }
    }

    /** Daemon threads, which do not keep a build from ending. */
    public static ExecutorService pool(int threads) {
        return Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, "aml-transfer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** What a task threw, to be thrown again where it is waited for: it throws nothing that is checked but E. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <E extends Exception> E cause(ExecutionException failed) {
        Throwable cause = failed.getCause();
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause == null) {
            throw new CancellationException();
        }
        return (E) cause;
    }
}
