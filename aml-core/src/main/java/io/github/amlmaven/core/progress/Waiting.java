package io.github.amlmaven.core.progress;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * One bounded wait for something remote: look, {@link #pause}, look again. Reports what was seen at each turn and says
 * when the limit has passed; what then is said to the user is the caller's, who knows what to show with it.
 */
public final class Waiting {

    private final String what;
    private final Duration limit;
    private final UnaryOperator<Duration> pace;
    private final Progress progress;
    private final long start = System.nanoTime();

    /**
     * @param what what is waited for, as the user reads it
     * @param limit when to give up
     * @param interval between two looks
     */
    public Waiting(String what, Duration limit, Duration interval, Progress progress) {
        this(what, limit, elapsed -> interval, progress);
    }

    /**
     * @param pace how long to wait until the next look, from what has elapsed
     */
    public Waiting(String what, Duration limit, UnaryOperator<Duration> pace, Progress progress) {
        this.what = what;
        this.limit = limit;
        this.pace = pace;
        this.progress = progress;
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    public Duration limit() {
        return limit;
    }

    /**
     * Reports {@code state} and sleeps until the next look is due.
     *
     * @return false, at once, when the limit has passed
     * @throws AmlException {@link ErrorCode#OPERATION_INTERRUPTED} when the thread is interrupted; nothing remote is
     *     undone then
     */
    public boolean pause(String state) {
        return pause(state, Duration.ZERO);
    }

    /** As {@link #pause(String)}, for as long as the service has asked ({@code Retry-After}), if it has. */
    public boolean pause(String state, Duration asked) {
        Duration elapsed = elapsed();
        if (elapsed.compareTo(limit) >= 0) {
            return false;
        }
        progress.waiting(what, state, elapsed, limit);
        Duration left = limit.minus(elapsed);
        Duration pause = asked.isZero() || asked.isNegative() ? pace.apply(elapsed) : asked;
        try {
            Thread.sleep(Math.max(1, (left.compareTo(pause) < 0 ? left : pause).toMillis()));
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
