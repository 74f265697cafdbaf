package io.github.amlmaven.emulator.job.process;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks running work to end. Threads are not interrupted, because an interrupt during file access would close the
 * emulator's database.
 */
public final class Stop {

    /** Why the work is to end. */
    public enum Reason {
        /** The user asked for it. */
        CANCELED,
        /** The emulator is going down. */
        SHUTDOWN
    }

    private final CompletableFuture<Reason> requested = new CompletableFuture<>();

    /** The first reason given counts. */
    public void request(Reason reason) {
        requested.complete(reason);
    }

    public Optional<Reason> reason() {
        return Optional.ofNullable(requested.getNow(null));
    }

    CompletableFuture<Reason> requested() {
        return requested;
    }

    /** @throws StoppedException when a stop has been requested */
    public void check() throws StoppedException {
        Optional<Reason> reason = reason();
        if (reason.isPresent()) {
            throw new StoppedException(reason.get());
        }
    }

    /** Work that ended because it was asked to. */
    public static final class StoppedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final Reason reason;

        public StoppedException(Reason reason) {
            super(reason.name(), null, false, false);
            this.reason = reason;
        }

        public Reason reason() {
            return reason;
        }
    }
}
