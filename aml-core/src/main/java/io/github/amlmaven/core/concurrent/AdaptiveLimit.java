package io.github.amlmaven.core.concurrent;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * How many requests to one service may be under way at the same time: one more for each round of answers, fewer when
 * answers become slow, half as many when the service refuses or does not answer (additive increase, multiplicative
 * decrease, as in TCP). Until the first decrease it grows with every answer. Thread-safe.
 */
public final class AdaptiveLimit {

    /** Slow answers alone, which may come from a busy machine, never lower it below this. */
    private static final int ENOUGH = 16;

    /** Answers this many times slower than the fastest one, by more than {@link #SLOWER_BY}, mean a queue. */
    private static final int SLOWER_TIMES = 4;

    private static final long SLOWER_BY = Duration.ofMillis(50).toNanos();

    private static final double AFTER_SLOWNESS = 0.9;
    private static final double AFTER_REFUSAL = 0.5;

    /** How much of the smoothed time one answer makes up. */
    private static final double WEIGHT = 0.1;

    private final int most;
    private double limit;
    private boolean lowered;
    private int running;
    private double fastest = Double.POSITIVE_INFINITY;
    private double usual;
    private int answersUntilNextDecrease;

    /**
     * @param first at the beginning
     * @param most never more, however fast the answers are
     */
    public AdaptiveLimit(int first, int most) {
        this.limit = Math.min(first, most);
        this.most = most;
    }

    /** Makes a request when there is room for it. */
    public <T> T during(Supplier<T> request) {
        enter();
        try {
            return request.get();
        } finally {
            leave();
        }
    }

    private synchronized void enter() {
        boolean interrupted = false;
        while (running >= (int) limit) {
            try {
                wait();
            } catch (InterruptedException e) {
                // The request itself notices, as one that was under way does.
                interrupted = true;
                break;
            }
        }
        running++;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void leave() {
        running--;
        notifyAll();
    }

    /** A large body was taken: how long that took says more of the wire than of a queue. */
    public synchronized void taken() {
        grow();
        answersUntilNextDecrease--;
        notifyAll();
    }

    private void grow() {
        limit = Math.min(most, limit + (lowered ? 1 / limit : 1));
    }

    /** An answer came, after so long; told of requests of about the same size. */
    public synchronized void answered(Duration after) {
        double nanos = after.toNanos();
        fastest = Math.min(fastest, nanos);
        usual = usual == 0 ? nanos : usual + WEIGHT * (nanos - usual);
        if (usual > SLOWER_TIMES * fastest && usual > fastest + SLOWER_BY) {
            lower(AFTER_SLOWNESS, Math.min(ENOUGH, limit));
        } else {
            grow();
        }
        answersUntilNextDecrease--;
        notifyAll();
    }

    /** The service had too much to do, or did not answer. */
    public synchronized void refused() {
        lower(AFTER_REFUSAL, 1);
        answersUntilNextDecrease--;
    }

    /** Once for all requests that were under way when it became too many. */
    private void lower(double factor, double least) {
        if (answersUntilNextDecrease <= 0) {
            limit = Math.max(least, limit * factor);
            lowered = true;
            answersUntilNextDecrease = running;
        }
    }

    /** Requests that may be under way now. */
    public synchronized int now() {
        return (int) limit;
    }
}
