package io.github.amlmaven.plugin.progress;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How fast the bytes of one task move, by the last seconds alone: what precedes the first bytes (connections, sign-in,
 * hashing) tells nothing of the rest, nor does a pause long ago.
 */
final class TransferRate {

    /** What less than this is seen of says nothing yet. */
    private static final Duration LEAST = Duration.ofSeconds(3);

    private static final Duration WINDOW = Duration.ofSeconds(10);

    /** Uploads report every buffer, which is more than need be kept. */
    private static final Duration STEP = Duration.ofMillis(200);

    private final Deque<Sample> samples = new ArrayDeque<>();
    private Sample last = new Sample(0, 0);

    private record Sample(long nanos, long done) {}

    /**
     * Takes note of a report.
     *
     * @param done bytes so far
     * @param nanos when, by a clock that only goes forward
     */
    synchronized void moved(long done, long nanos) {
        if (!samples.isEmpty() && done < samples.getFirst().done()) {
            // It began anew.
            samples.clear();
        }
        last = new Sample(nanos, done);
        if (done > 0 && (samples.isEmpty() || nanos - samples.getLast().nanos() >= STEP.toNanos())) {
            samples.addLast(last);
        }
        while (samples.size() > 1 && nanos - samples.getFirst().nanos() > WINDOW.toNanos()) {
            Sample oldest = samples.removeFirst();
            if (nanos - samples.getFirst().nanos() < LEAST.toNanos()) {
                // Reports that are far apart: an old one is better than none.
                samples.addFirst(oldest);
                return;
            }
        }
    }

    /** Bytes a second; empty as long as there is too little to tell. */
    synchronized OptionalDouble perSecond() {
        if (samples.isEmpty()) {
            return OptionalDouble.empty();
        }
        Sample first = samples.getFirst();
        long nanos = last.nanos() - first.nanos();
        return nanos < LEAST.toNanos()
                ? OptionalDouble.empty()
                : OptionalDouble.of((last.done() - first.done()) * 1e9 / nanos);
    }

    /** Seconds until all bytes are there; empty as long as there is too little to tell. */
    synchronized OptionalLong secondsLeft(long total) {
        OptionalDouble rate = perSecond();
        long left = total - last.done();
        return left <= 0 || rate.isEmpty() || rate.getAsDouble() <= 0
                ? OptionalLong.empty()
                : OptionalLong.of(Math.round(left / rate.getAsDouble()));
    }
}
