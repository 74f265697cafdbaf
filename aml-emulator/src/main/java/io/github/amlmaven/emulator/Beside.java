package io.github.amlmaven.emulator;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/**
 * A part of a start that another thread does. Who needs it waits for it, and what goes wrong with it goes wrong there: a start
 * that asks for each of its parts fails by them as if it had done them itself.
 */
final class Beside<T> {

    /** What makes the part. */
    interface Part<T> {
        T make() throws IOException;
    }

    private final FutureTask<T> work;

    private Beside(Part<T> part) {
        this.work = new FutureTask<>(part::make);
    }

    /** Begins at once. */
    static <T> Beside<T> begin(Executor executor, Part<T> part) {
        Beside<T> beside = new Beside<>(part);
        executor.execute(beside.work);
        return beside;
    }

    /**
     * Waits for it.
     *
     * @throws IOException the part's own
     */
    T get() throws IOException {
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while starting");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Waits until it is made or has failed, of which nobody is told: for a start that has failed already. */
    void settle() {
        try {
            work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | CancellationException e) {
            // Said by get.
        }
    }
}
