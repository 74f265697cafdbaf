package io.github.amlmaven.core.concurrent;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Something that will be needed, worked out on a thread of its own while the first one does what comes before. Its failure
 * is thrown where the result is asked for, and nowhere else: what fails before is what the user hears of.
 */
public final class Ahead<T> implements AutoCloseable {

    /** What does not heed an interrupt by then is left to end by itself; its thread does not keep a build from ending. */
    private static final Duration END = Duration.ofSeconds(10);

    private final FutureTask<T> work;
    private final Thread thread;

    private Ahead(String name, Supplier<T> work) {
        this.work = new FutureTask<>(work::get);
        this.thread = new Thread(this.work, name);
        thread.setDaemon(true);
    }

    /** Begins the work. */
    public static <T> Ahead<T> begin(String name, Supplier<T> work) {
        Ahead<T> ahead = new Ahead<>(name, work);
        ahead.thread.start();
        return ahead;
    }

    /** What needs no work. */
    public static <T> Ahead<T> known(T result) {
        Ahead<T> ahead = new Ahead<>("known", () -> result);
        ahead.work.run();
        return ahead;
    }

    /** The result, waited for; or what the work threw. */
    public T get() {
        try {
            return work.get();
        } catch (ExecutionException failed) {
            throw ParallelTasks.<RuntimeException>cause(failed);
        } catch (CancellationException ended) {
            throw new IllegalStateException("asked for after its end", ended);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted while waiting"));
        }
    }

    /** Ends work that is not needed any more, so that no thread is left behind. */
    @Override
    public void close() {
        work.cancel(true);
        try {
            thread.join(END.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
