package io.github.amlmaven.core.progress;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.time.Duration;

/**
 * One bounded wait for something remote: look, {@link #pause}, look again. Reports what was seen at each turn and says
 * when the limit has passed; what then is said to the user is the caller's, who knows what to show with it.
 */
public final class Waiting {

    private final String what;
    private final Duration limit;
    private final Duration interval;
    private final Progress progress;
    private final long start = System.nanoTime();

    /**
     * @param what what is waited for, as the user reads it
     * @param limit when to give up
     * @param interval between two looks
     */
    public Waiting(String what, Duration limit, Duration interval, Progress progress) {
        this.what = what;
        this.limit = limit;
        this.interval = interval;
        this.progress = progress;
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    public Duration limit() {
        return limit;
    }

    /**
     * Reports {@code state} and sleeps one interval.
     *
     * @return false, at once, when the limit has passed
     * @throws AmlException {@link ErrorCode#OPERATION_INTERRUPTED} when the thread is interrupted; nothing remote is
     *     undone then
     */
    public boolean pause(String state) {
        Duration elapsed = elapsed();
        if (elapsed.compareTo(limit) >= 0) {
            return false;
        }
        progress.waiting(what, state, elapsed, limit);
        Duration left = limit.minus(elapsed);
        try {
            Thread.sleep((left.compareTo(interval) < 0 ? left : interval).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AmlException.of(
                            ErrorCode.OPERATION_INTERRUPTED, "The wait for " + what + " was interrupted at: " + state)
                    .cause(e)
                    .build();
        }
        return true;
    }
}
